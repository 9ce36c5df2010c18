"""Every five minutes: read advanced hunting. A timer of its own, since its limits are its own."""

from datetime import UTC, datetime

import azure.functions as func

from shared.bootstrap import services
from shared.domain.streams import Family
from shared.pipeline.collection.collect_logs import collect_logs
from shared.pipeline.inventory.collect_app_info import collect_app_info

blueprint = func.Blueprint()


@blueprint.function_name("timer_collect_hunting")
@blueprint.timer_trigger(arg_name="timer", schedule="10 */5 * * * *")
async def timer_collect_hunting(timer: func.TimerRequest) -> None:
    if await collect_logs(services(), Family.HUNTING, datetime.now(UTC)):
        await collect_app_info(services(), datetime.now(UTC))
