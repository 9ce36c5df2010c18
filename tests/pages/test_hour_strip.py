"""Hours as strips of letters and bars."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from functions.pages.hour_strip import BARS, HOURS, dated, runs_of, strips
from shared.domain.hour_states import HOUR, hour_name
from shared.domain.ledger import HourCoverage, HourState

NOW = datetime(2026, 3, 2, 12, 40, tzinfo=UTC)


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=168), st.data())
def test_strips_hold_every_hour_once_and_no_bar_leaves_its_place(counts: list[int], data: st.DataObject) -> None:
    states = st.sampled_from([*HourState, None])
    hours = [
        HourCoverage(hour=hour_name(NOW - back * HOUR), events=count, state=data.draw(states))
        for back, count in zip(range(len(counts) - 1, -1, -1), counts, strict=True)
    ]
    made = strips(dated([*hours, HourCoverage(hour="undated", events=1)]))
    assert [len(strip.cells) for strip in made[1:]] == [HOURS] * (len(made) - 1)
    cells = [cell for strip in made for cell in strip.cells]
    assert len(cells) == len(hours)
    assert [bool(cell.bar) for cell in cells] == [bool(count) for count in counts]
    assert all(0 <= cell.bar <= BARS for cell in cells)


def test_hours_next_to_each_other_are_one_run() -> None:
    states = [HourState.MISSING, HourState.MISSING, HourState.EVALUATED, HourState.MISSING]
    hours = [HourCoverage(hour=f"2026-03-02T0{number}", events=0, state=state) for number, state in enumerate(states)]
    start = datetime(2026, 3, 2, tzinfo=UTC)
    assert runs_of(hours, HourState.MISSING) == [(start, start + 2 * HOUR), (start + 3 * HOUR, start + 4 * HOUR)]
