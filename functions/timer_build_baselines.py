"""Every morning, again while something is left to do: learn from complete days what is usual for each app."""

from datetime import UTC, datetime

import azure.functions as func

from shared.bootstrap import services
from shared.pipeline.activity.build_baselines import build_baselines

blueprint = func.Blueprint()


@blueprint.function_name("timer_build_baselines")
@blueprint.timer_trigger(arg_name="timer", schedule="0 25 8-12 * * *")
async def timer_build_baselines(timer: func.TimerRequest) -> None:
    await build_baselines(services(), datetime.now(UTC))
