"""Every five minutes: read the activity of Azure subscriptions. A timer of its own, since its limits are its own."""

from datetime import UTC, datetime

import azure.functions as func

from shared.bootstrap import services
from shared.domain.streams import Family
from shared.pipeline.collection.collect_logs import collect_logs

blueprint = func.Blueprint()


@blueprint.function_name("timer_collect_azure_activity")
@blueprint.timer_trigger(arg_name="timer", schedule="55 */5 * * * *")
async def timer_collect_azure_activity(timer: func.TimerRequest) -> None:
    await collect_logs(services(), Family.AZURE, datetime.now(UTC))
