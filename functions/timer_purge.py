"""Every night: remove what windows and sequences no longer need to remember, old exports, old days and old events."""

from datetime import UTC, datetime

import azure.functions as func

from shared.bootstrap import services
from shared.pipeline.activity.compact_days import purge_activity
from shared.pipeline.activity.keep_archive import purge_archive
from shared.pipeline.collection.told_elsewhere import purge_facts
from shared.pipeline.governance.simulations import purge_simulations
from shared.pipeline.inventory.export_apps import purge_exports
from shared.pipeline.inventory.history import purge_history

blueprint = func.Blueprint()


@blueprint.function_name("timer_purge")
@blueprint.timer_trigger(arg_name="timer", schedule="0 30 3 * * *")
async def timer_purge(timer: func.TimerRequest) -> None:
    now = datetime.now(UTC)
    await services().state.purge(now)
    await purge_exports(services(), now)
    await purge_simulations(services(), now)
    await purge_history(services(), now)
    await purge_archive(services(), now)
    await purge_activity(services(), now)
    await purge_facts(services(), now)
