"""Every night: have all apps judged again, since ages and expiries change by themselves."""

from datetime import UTC, datetime

import azure.functions as func

from shared.bootstrap import services
from shared.pipeline.inventory.evaluate_apps import evaluate_all_apps

blueprint = func.Blueprint()


@blueprint.function_name("timer_evaluate_apps")
@blueprint.timer_trigger(arg_name="timer", schedule="0 30 2 * * *")
async def timer_evaluate_apps(timer: func.TimerRequest) -> None:
    await evaluate_all_apps(services(), datetime.now(UTC))
