"""Each morning, again while something is left to do: what apps did on the days before, summed up in the inventory."""

from datetime import UTC, datetime

import azure.functions as func

from shared.bootstrap import services
from shared.pipeline.inventory.refresh_use import refresh_use

blueprint = func.Blueprint()


@blueprint.function_name("timer_refresh_use")
@blueprint.timer_trigger(arg_name="timer", schedule="0 40 8-12 * * *")
async def timer_refresh_use(timer: func.TimerRequest) -> None:
    await refresh_use(services(), datetime.now(UTC))
