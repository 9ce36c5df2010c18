"""Every minute: hint again at work that a crash or a lost message left undone."""

from datetime import UTC, datetime

import azure.functions as func

from shared.bootstrap import services
from shared.pipeline.sweep import sweep

blueprint = func.Blueprint()


@blueprint.function_name("timer_sweep")
@blueprint.timer_trigger(arg_name="timer", schedule="0 * * * * *")
async def timer_sweep(timer: func.TimerRequest) -> None:
    await sweep(services(), datetime.now(UTC))
