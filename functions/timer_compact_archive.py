"""Every hour: turn the archive of days that are over into few blobs."""

from datetime import UTC, datetime

import azure.functions as func

from shared.bootstrap import services
from shared.pipeline.activity.keep_archive import compact_archive

blueprint = func.Blueprint()


@blueprint.function_name("timer_compact_archive")
@blueprint.timer_trigger(arg_name="timer", schedule="0 20 * * * *")
async def timer_compact_archive(timer: func.TimerRequest) -> None:
    await compact_archive(services(), datetime.now(UTC))
