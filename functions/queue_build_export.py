"""An export of the list of apps waits to be built."""

import logging
from datetime import UTC, datetime

import azure.functions as func

from functions.models.export_files import file_forms
from shared.bootstrap import services
from shared.domain.messages import ExportWaits, decode_message
from shared.pipeline.inventory.export_apps import build_export

blueprint = func.Blueprint()
_log = logging.getLogger(__name__)


@blueprint.function_name("queue_build_export")
@blueprint.queue_trigger(arg_name="message", queue_name="exports", connection="DataStorage")
async def queue_build_export(message: func.QueueMessage) -> None:
    """What raises is tried five times by the host, then goes to ``exports-poison``; the sweeper hints again."""
    waiting = decode_message(message.get_body(), ExportWaits)
    _log.info("export taken", extra={"export": waiting.export_id, "cause": waiting.traceparent})
    now = datetime.now(UTC)
    await build_export(services(), waiting.export_id, file_forms(now), now)
