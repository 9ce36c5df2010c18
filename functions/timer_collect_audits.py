"""Every minute: read the directory's audits."""

from datetime import UTC, datetime

import azure.functions as func

from shared.bootstrap import services
from shared.pipeline.audits.collect_audits import collect_audits

blueprint = func.Blueprint()


@blueprint.function_name("timer_collect_audits")
@blueprint.timer_trigger(arg_name="timer", schedule="0 * * * * *")
async def timer_collect_audits(timer: func.TimerRequest) -> None:
    await collect_audits(services(), datetime.now(UTC))
