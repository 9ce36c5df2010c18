"""Every quarter of an hour: send each channel its daily heartbeat if it is due."""

from datetime import UTC, datetime

import azure.functions as func

from shared.bootstrap import services
from shared.pipeline.delivery.heartbeat import send_heartbeats

blueprint = func.Blueprint()


@blueprint.function_name("timer_heartbeat")
@blueprint.timer_trigger(arg_name="timer", schedule="0 */15 * * * *")
async def timer_heartbeat(timer: func.TimerRequest) -> None:
    await send_heartbeats(services(), datetime.now(UTC))
