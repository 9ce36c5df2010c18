"""Every hour: does anybody stop a forged identity at our own door?"""

from datetime import UTC, datetime

import azure.functions as func

from shared.bootstrap import access
from shared.pipeline.operation.probe import probe_authentication

blueprint = func.Blueprint()


@blueprint.function_name("timer_probe_authentication")
@blueprint.timer_trigger(arg_name="timer", schedule="0 7 * * * *")
async def timer_probe_authentication(timer: func.TimerRequest) -> None:
    await probe_authentication(access(), datetime.now(UTC))
