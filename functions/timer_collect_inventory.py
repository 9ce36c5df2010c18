"""Every minute: read the directory whole once a day, and in between what changed in it."""

from datetime import UTC, datetime

import azure.functions as func

from shared.bootstrap import services
from shared.pipeline.inventory.collect_inventory import collect_inventory

blueprint = func.Blueprint()


@blueprint.function_name("timer_collect_inventory")
@blueprint.timer_trigger(arg_name="timer", schedule="20 * * * * *")
async def timer_collect_inventory(timer: func.TimerRequest) -> None:
    await collect_inventory(services(), datetime.now(UTC))
