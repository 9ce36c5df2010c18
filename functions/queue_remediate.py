"""A remediation waits to be carried out. In Azure this function runs in the remediator app only."""

import logging
from datetime import UTC, datetime

import azure.functions as func

from shared.bootstrap import services
from shared.domain.messages import RemediationWaits, decode_message
from shared.pipeline.remediation.remediate import remediate

blueprint = func.Blueprint()
_log = logging.getLogger(__name__)


@blueprint.function_name("queue_remediate")
@blueprint.queue_trigger(arg_name="message", queue_name="remediate", connection="DataStorage")
async def queue_remediate(message: func.QueueMessage) -> None:
    """What raises is tried five times by the host, then goes to ``remediate-poison``; the sweeper hints again."""
    waiting = decode_message(message.get_body(), RemediationWaits)
    _log.info("remediation taken", extra={"remediation": waiting.remediation_id, "cause": waiting.traceparent})
    await remediate(services(), waiting.remediation_id, datetime.now(UTC))
