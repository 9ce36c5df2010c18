"""An alert was written: the lists must show it and its routes must be told."""

import logging
from datetime import UTC, datetime

import azure.functions as func

from shared.bootstrap import services
from shared.domain.messages import AlertUnsettled, decode_message
from shared.pipeline.delivery.settle import settle

blueprint = func.Blueprint()
_log = logging.getLogger(__name__)


@blueprint.function_name("queue_settle")
@blueprint.queue_trigger(arg_name="message", queue_name="settle", connection="DataStorage")
async def queue_settle(message: func.QueueMessage) -> None:
    """What raises is tried five times by the host, then goes to ``settle-poison``."""
    unsettled = decode_message(message.get_body(), AlertUnsettled)
    _log.info("alert taken", extra={"alert": unsettled.alert_id, "cause": unsettled.traceparent})
    await settle(services(), unsettled.alert_id, datetime.now(UTC))
