"""Every minute: hint again at work that a crash or a lost message left undone."""

from datetime import UTC, datetime

import azure.functions as func

from shared.bootstrap import services
from shared.pipeline.governance.simulations import hint_simulations
from shared.pipeline.inventory.evaluate_apps import hint_unjudged_apps
from shared.pipeline.inventory.export_apps import hint_exports
from shared.pipeline.inventory.judge_anew import note_outdated
from shared.pipeline.operation.sweep import sweep, sweep_remediations

blueprint = func.Blueprint()


@blueprint.function_name("timer_sweep")
@blueprint.timer_trigger(arg_name="timer", schedule="0 * * * * *")
async def timer_sweep(timer: func.TimerRequest) -> None:
    now = datetime.now(UTC)
    await sweep(services(), now)
    await note_outdated(services(), now)
    await hint_unjudged_apps(services(), now)
    await sweep_remediations(services(), now)
    await hint_exports(services(), now)
    await hint_simulations(services(), now)
