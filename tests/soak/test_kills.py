"""Host and feeder die at hundreds of random moments; no event or alert is lost, and none counts twice.

The environment variable CONSENTRY_SOAK_KILLS sets how often, for a shorter run.
"""

import os
from collections.abc import Callable

import pytest

from tests.conftest import RecordFigure
from tests.soak.campaign import campaign
from tests.soak.figures import Figures

_KILLS = int(os.environ.get("CONSENTRY_SOAK_KILLS", "500"))
_KILLS_PER_CAMPAIGN = 50
"""Each campaign has a storage account of its own: the emulator slows down with the rows it holds."""


@pytest.mark.soak
async def test_no_kill_loses_or_doubles_anything(show: Callable[[str], None], record_figure: RecordFigure) -> None:
    total = Figures()
    for seed, first in enumerate(range(0, _KILLS, _KILLS_PER_CAMPAIGN)):
        figures = await campaign(seed, min(_KILLS_PER_CAMPAIGN, _KILLS - first))
        show(f"seed {seed}: {figures}")
        assert figures.faults == {}, f"seed {seed}"
        # A host that dies between sending and recording sends again; no other death can.
        assert figures.deliveries_repeated <= figures.kills_of_the_host, f"seed {seed}"
        total.add(figures)
    show(f"all: {total}")
    assert total.kills == _KILLS
    assert total.kills_amid_work > _KILLS / 4
    record_figure("R1", "kills", total.kills)
    record_figure("R1", "kills amid unfinished work", total.kills_amid_work)
    record_figure("R1", "events lost or doubled", total.events_lost + total.events_doubled)
    record_figure("R1", "alerts lost or wrong", total.wrong_alerts)
    record_figure("R1", "deliveries lost", total.deliveries_lost)
    record_figure("R1", "slowest recovery", max(total.recoveries))
    assert total.alerts > total.rounds
