"""Every minute: read audits and sign-ins, then the reports of use.

One timer for both, since Graph counts them together (five requests in ten seconds) and each timer may have its own
instance. Logs come first: they must not be late, and leave the reports their turn however much there is to read.
"""

from datetime import UTC, datetime

import azure.functions as func

from shared.bootstrap import services
from shared.domain.streams import Family
from shared.pipeline.collection.collect_logs import collect_logs
from shared.pipeline.inventory.collect_usage import collect_usage

blueprint = func.Blueprint()


@blueprint.function_name("timer_collect_reports")
@blueprint.timer_trigger(arg_name="timer", schedule="0 * * * * *")
async def timer_collect_reports(timer: func.TimerRequest) -> None:
    if await collect_logs(services(), Family.REPORTS, datetime.now(UTC)):
        await collect_usage(services(), datetime.now(UTC))
