"""Every five minutes: read risks that Identity Protection found. A timer of its own, since its limits are its own."""

from datetime import UTC, datetime

import azure.functions as func

from shared.bootstrap import services
from shared.domain.streams import Family
from shared.pipeline.collection.collect_logs import collect_logs

blueprint = func.Blueprint()


@blueprint.function_name("timer_collect_identity_risk")
@blueprint.timer_trigger(arg_name="timer", schedule="35 */5 * * * *")
async def timer_collect_identity_risk(timer: func.TimerRequest) -> None:
    await collect_logs(services(), Family.IDENTITY_PROTECTION, datetime.now(UTC))
