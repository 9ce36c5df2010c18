"""Every ten minutes: keep the list of apps of this day, once it shows what was read."""

from datetime import UTC, datetime

import azure.functions as func

from shared.bootstrap import services
from shared.pipeline.inventory.history import record_day

blueprint = func.Blueprint()


@blueprint.function_name("timer_record_day")
@blueprint.timer_trigger(arg_name="timer", schedule="0 */10 * * * *")
async def timer_record_day(timer: func.TimerRequest) -> None:
    await record_day(services(), datetime.now(UTC))
