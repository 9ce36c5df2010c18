"""Storage stops answering in the middle of the work; nothing is lost, and nothing is given up.

The environment variable CONSENTRY_SOAK_OUTAGE_SECONDS sets for how long, for a shorter run.
"""

import asyncio
import os
import signal
import time
from collections.abc import Callable

import pytest

from tests.conftest import RecordFigure
from tests.soak.feeder import Feeder
from tests.soak.figures import Figures
from tests.soak.reckoning import reckon
from tests.soak.service import Service, running
from tests.soak.work_left import become_quiet

_OUTAGE_SECONDS = float(os.environ.get("CONSENTRY_SOAK_OUTAGE_SECONDS", "60"))
_AMID_FEEDING_SECONDS = 0.1
_SEED = 1


@pytest.mark.soak
async def test_an_outage_of_storage_loses_nothing(show: Callable[[str], None], record_figure: RecordFigure) -> None:
    figures = Figures()
    async with running() as service:
        feeder = await Feeder.start(service.environment)
        try:
            assert await feeder.feed(_SEED, 0)
            await become_quiet(service.services)
            feeding = asyncio.create_task(feeder.feed(_SEED, 1))
            await asyncio.sleep(_AMID_FEEDING_SECONDS)
            await _stop_storage(service)
            assert not feeding.done(), "the outage came too late"
            ended_at = time.monotonic()
            assert await feeding
            assert await feeder.feed(_SEED, 2)
            await become_quiet(service.services)
            figures.recoveries.append(time.monotonic() - ended_at)
        finally:
            await feeder.kill()
        figures.rounds = 3
        await reckon(service, _SEED, figures)
    show(f"outage of {_OUTAGE_SECONDS:.0f} s: {figures}")
    assert figures.faults == {}
    assert figures.alerts > figures.rounds
    record_figure("R10", "length of the outage", _OUTAGE_SECONDS)
    record_figure("R10", "events and alerts lost", figures.events_lost + figures.alerts_lost)
    record_figure("R10", "messages given up", figures.poison_messages)
    record_figure("R10", "time until all work was done", max(figures.recoveries))


async def _stop_storage(service: Service) -> None:
    """It takes connections and answers nothing, as a host that hangs does."""
    os.kill(service.azurite.pid, signal.SIGSTOP)
    try:
        await asyncio.sleep(_OUTAGE_SECONDS)
    finally:
        os.kill(service.azurite.pid, signal.SIGCONT)
