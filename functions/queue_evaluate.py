"""A chunk of events waits to be judged."""

import logging
from datetime import UTC, datetime

import azure.functions as func

from shared.bootstrap import services
from shared.domain.messages import ChunkWaits, decode_message
from shared.pipeline.detection.evaluate import evaluate

blueprint = func.Blueprint()
_log = logging.getLogger(__name__)


@blueprint.function_name("queue_evaluate")
@blueprint.queue_trigger(arg_name="message", queue_name="evaluate", connection="DataStorage")
async def queue_evaluate(message: func.QueueMessage) -> None:
    """What raises is tried five times by the host, then goes to ``evaluate-poison``."""
    waiting = decode_message(message.get_body(), ChunkWaits)
    _log.info("chunk taken", extra={"source": waiting.source, "cause": waiting.traceparent})
    await evaluate(services(), waiting.source, waiting.sequence, datetime.now(UTC))
