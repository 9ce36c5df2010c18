"""Every minute: what is wrong with the service's own work becomes an alert; the first read becomes a digest."""

from datetime import UTC, datetime

import azure.functions as func

from shared.bootstrap import access, services
from shared.pipeline.operation.check_health import check_health
from shared.pipeline.operation.tell_first_read import tell_first_read
from shared.pipeline.operation.watch_operation import watch_operation

blueprint = func.Blueprint()


@blueprint.function_name("timer_watch_operation")
@blueprint.timer_trigger(arg_name="timer", schedule="40 * * * * *")
async def timer_watch_operation(timer: func.TimerRequest) -> None:
    now = datetime.now(UTC)
    checks = await check_health(services(), access(), now)
    if all(check.reachable for check in checks):
        await watch_operation(services(), [check.condition for check in checks if check.condition], now)
        await tell_first_read(services(), now)
