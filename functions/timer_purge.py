"""Every night: remove what windows and sequences no longer need to remember."""

from datetime import UTC, datetime

import azure.functions as func

from shared.bootstrap import services

blueprint = func.Blueprint()


@blueprint.function_name("timer_purge")
@blueprint.timer_trigger(arg_name="timer", schedule="0 30 3 * * *")
async def timer_purge(timer: func.TimerRequest) -> None:
    await services().state.purge(datetime.now(UTC))
