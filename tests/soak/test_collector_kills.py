"""Hundreds of collectors, each of which may end before or after any of its calls, one after another on a storage."""

from collections.abc import Callable

import pytest

from tests.conftest import RecordFigure
from tests.pipeline.collection.lives import differences, mortal, undisturbed
from tests.pipeline.conftest import Start

_DEATHS = 500
_MOST_SEEDS = 1000


@pytest.mark.soak
async def test_of_hundreds_of_collectors_that_die_none_loses_or_doubles_an_event(
    start: Start, unique: Callable[[str], str], show: Callable[[str], None], record_figure: RecordFigure
) -> None:
    expected, deaths, wrong = await undisturbed(start(unique("u"))), 0, 0
    for seed in range(_MOST_SEEDS):
        found, died = await mortal(start(unique("m")), seed)
        different = differences(expected, found)
        if different:
            show(f"seed {seed}: {found}, and not {expected}")
        wrong += different
        deaths += died
        if deaths >= _DEATHS:
            break
    show(f"{deaths} deaths, {wrong} differences")
    record_figure("R1", "collectors that ended at a call drawn at random", deaths)
    record_figure("R1", "events of the archive, ledger and roll-ups lost or doubled", wrong)
