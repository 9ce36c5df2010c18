"""Every minute: read the directory's audits, then the reports of use.

One timer for both, since Graph counts them together (five requests in ten seconds) and each timer may have its own
instance. Audits come first: they must not be late.
"""

from datetime import UTC, datetime

import azure.functions as func

from shared.bootstrap import services
from shared.pipeline.collection.collect_audits import collect_audits
from shared.pipeline.inventory.collect_usage import collect_usage

blueprint = func.Blueprint()


@blueprint.function_name("timer_collect_reports")
@blueprint.timer_trigger(arg_name="timer", schedule="0 * * * * *")
async def timer_collect_reports(timer: func.TimerRequest) -> None:
    await collect_audits(services(), datetime.now(UTC))
    await collect_usage(services(), datetime.now(UTC))
