"""Every minute: tell each channel at once of what had no place for a card of its own."""

from datetime import UTC, datetime

import azure.functions as func

from shared.bootstrap import services
from shared.pipeline.delivery.summaries import send_summaries

blueprint = func.Blueprint()


@blueprint.function_name("timer_send_summaries")
@blueprint.timer_trigger(arg_name="timer", schedule="30 * * * * *")
async def timer_send_summaries(timer: func.TimerRequest) -> None:
    await send_summaries(services(), datetime.now(UTC))
