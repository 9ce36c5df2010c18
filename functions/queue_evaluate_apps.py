"""A partition of apps waits to be judged."""

import logging
from datetime import UTC, datetime

import azure.functions as func

from shared.bootstrap import services
from shared.domain.messages import AppsWait, decode_message
from shared.pipeline.inventory.evaluate_apps import evaluate_apps

blueprint = func.Blueprint()
_log = logging.getLogger(__name__)


@blueprint.function_name("queue_evaluate_apps")
@blueprint.queue_trigger(arg_name="message", queue_name="apps", connection="DataStorage")
async def queue_evaluate_apps(message: func.QueueMessage) -> None:
    """What raises is tried five times by the host, then goes to ``apps-poison``."""
    waiting = decode_message(message.get_body(), AppsWait)
    _log.info("apps taken", extra={"partition": waiting.partition, "cause": waiting.traceparent})
    await evaluate_apps(services(), waiting.partition, datetime.now(UTC))
