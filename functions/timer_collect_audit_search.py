"""Every five minutes: read the audit search of Purview. A timer of its own, since its limits are its own."""

from datetime import UTC, datetime

import azure.functions as func

from shared.bootstrap import services
from shared.domain.streams import Family
from shared.pipeline.collection.collect_logs import collect_logs

blueprint = func.Blueprint()


@blueprint.function_name("timer_collect_audit_search")
@blueprint.timer_trigger(arg_name="timer", schedule="25 */5 * * * *")
async def timer_collect_audit_search(timer: func.TimerRequest) -> None:
    await collect_logs(services(), Family.AUDIT_SEARCH, datetime.now(UTC))
