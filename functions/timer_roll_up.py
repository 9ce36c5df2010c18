"""Every ten minutes: count what apps did in the hours of which events have come."""

from datetime import UTC, datetime

import azure.functions as func

from shared.bootstrap import services
from shared.pipeline.activity.roll_up import roll_up

blueprint = func.Blueprint()


@blueprint.function_name("timer_roll_up")
@blueprint.timer_trigger(arg_name="timer", schedule="50 */10 * * * *")
async def timer_roll_up(timer: func.TimerRequest) -> None:
    await roll_up(services(), datetime.now(UTC))
