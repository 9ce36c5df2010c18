"""A simulation of a policy waits to be run."""

import asyncio
import logging
from datetime import UTC, datetime

import azure.functions as func

from shared.bootstrap import services
from shared.domain.messages import SimulationWaits, decode_message
from shared.pipeline.governance.run_simulation import run_simulation

_at_once = asyncio.Semaphore(2)
"""Each holds up to 150 MB and fills a core: the host would give a process 24 of them."""
_SECONDS = 60
"""So long another one waits for its turn, unclaimed. Then its message goes, and the sweeper hints again."""

blueprint = func.Blueprint()
_log = logging.getLogger(__name__)


@blueprint.function_name("queue_run_simulation")
@blueprint.queue_trigger(arg_name="message", queue_name="simulations", connection="DataStorage")
async def queue_run_simulation(message: func.QueueMessage) -> None:
    """What raises is tried five times by the host, then goes to ``simulations-poison``; the sweeper hints again."""
    waiting = decode_message(message.get_body(), SimulationWaits)
    _log.info("simulation taken", extra={"simulation": waiting.simulation_id, "cause": waiting.traceparent})
    try:
        await asyncio.wait_for(_at_once.acquire(), _SECONDS)
    except TimeoutError:
        return
    try:
        await run_simulation(services(), waiting.simulation_id, datetime.now(UTC))
    finally:
        _at_once.release()
