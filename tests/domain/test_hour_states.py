"""What became of each hour of a log, and when a source has gone silent."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from shared.domain.hour_states import is_quiet, may_be_quiet, missing_since, new_gaps, state_of_hour
from shared.domain.ledger import HourState, SourceHealth, SourceState
from shared.domain.passes import Gap, Pass, PassKind

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
THIS_HOUR = NOW - HOUR / 2
MONTH = 30 * DAY

WELL = SourceState(
    source="directoryAudits", last_complete_read=NOW, read_until=NOW, since=NOW - 7 * DAY, latest_event=NOW, noted=NOW
)
FAILING = replace(WELL, health=SourceHealth.FAILING, last_complete_read=NOW - 3 * HOUR, read_until=THIS_HOUR - 3 * HOUR)


def first_read(pages: int, attempts: int = 0) -> Pass:
    return Pass(
        number=1, kind=PassKind.FIRST, start=NOW - 7 * DAY, end=NOW, started=NOW, pages=pages, attempts=attempts
    )


def of_hour(back: int, state: SourceState, *waiting: tuple[datetime, datetime]) -> HourState | None:
    return state_of_hour(THIS_HOUR - back * HOUR, state, MONTH, waiting, NOW)


def test_what_was_read_is_judged_once_no_chunk_of_it_waits() -> None:
    waiting = (THIS_HOUR - 2 * HOUR, THIS_HOUR - 1.5 * HOUR)
    assert of_hour(1, WELL, waiting) is HourState.EVALUATED
    assert of_hour(2, WELL, waiting) is HourState.COLLECTED
    assert of_hour(3, WELL, waiting) is HourState.EVALUATED


def test_the_hour_that_runs_is_to_be_read() -> None:
    assert of_hour(0, WELL) is HourState.PLANNED


def test_what_should_have_been_read_is_missing_and_later_lost() -> None:
    assert [of_hour(back, FAILING) for back in (0, 2, 3, 4)] == [
        HourState.MISSING,
        HourState.MISSING,
        HourState.MISSING,
        HourState.EVALUATED,
    ]
    assert state_of_hour(THIS_HOUR - 3 * HOUR, FAILING, HOUR, (), NOW) is HourState.LOST


def test_a_gap_is_lost_for_good() -> None:
    gone = replace(WELL, gaps=(Gap(start=THIS_HOUR - 5.5 * HOUR, end=THIS_HOUR - 4.5 * HOUR, noticed=NOW),))
    found = [of_hour(back, gone) for back in range(1, 8)]
    assert found.count(HourState.LOST) == 2
    assert [found[4], found[5]] == [HourState.LOST] * 2


def test_before_the_first_read_nobody_expects_anything() -> None:
    assert of_hour(7 * 24 + 1, WELL) is None
    assert state_of_hour(THIS_HOUR, SourceState(source="x"), MONTH, (), NOW) is None


def test_a_long_first_read_is_on_its_way_as_long_as_it_turns_pages() -> None:
    reading = SourceState(source="x", running=(first_read(pages=3),), noted=NOW)
    assert of_hour(5, reading) is HourState.PLANNED
    stuck = replace(reading, health=SourceHealth.FAILING, running=(first_read(pages=3, attempts=2),))
    assert of_hour(5, stuck) is HourState.MISSING


def test_a_long_read_that_nobody_goes_on_with_is_missing() -> None:
    backlog = replace(FAILING, health=SourceHealth.OK, running=(replace(first_read(3), kind=PassKind.RECENT),))
    assert of_hour(2, backlog) is HourState.PLANNED
    assert missing_since(backlog, NOW) is None
    dead = replace(backlog, noted=NOW - HOUR)
    assert of_hour(2, dead) is HourState.MISSING
    assert missing_since(dead, NOW) == backlog.read_until


def test_a_source_that_is_off_has_no_gap() -> None:
    off = replace(FAILING, off=True, health=SourceHealth.OK)
    assert (of_hour(2, off), missing_since(off, NOW), may_be_quiet(off, NOW)) == (None, None, False)
    assert off.health_at(NOW + DAY) is SourceHealth.OK


def test_what_is_done_without_for_want_of_a_licence_is_no_gap() -> None:
    unlicensed = replace(FAILING, optional=True, health=SourceHealth.NOT_LICENSED)
    assert missing_since(unlicensed, NOW) is None
    assert missing_since(replace(unlicensed, optional=False), NOW) == FAILING.read_until


def test_less_than_an_hour_is_not_told_as_missing() -> None:
    assert missing_since(replace(FAILING, read_until=NOW - HOUR / 2), NOW) is None


def test_what_is_lost_is_told_for_a_week() -> None:
    gap = Gap(start=NOW - 50 * DAY, end=NOW - 30 * DAY, noticed=NOW)
    lost = replace(WELL, gaps=(gap,))
    assert new_gaps(lost, NOW + 6 * DAY) == [gap]
    assert new_gaps(lost, NOW + 8 * DAY) == []


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (replace(WELL, latest_event=NOW - 7 * HOUR), True),
        (replace(WELL, latest_event=NOW - 5 * HOUR), False),
        (replace(WELL, latest_event=NOW - 8 * DAY), False),
        (replace(WELL, latest_event=None), False),
        (replace(FAILING, latest_event=NOW - 7 * HOUR), False),
    ],
)
def test_silence_is_suspected_only_where_reads_succeed(state: SourceState, expected: bool) -> None:
    assert may_be_quiet(state, NOW) is expected


def test_silence_is_told_only_where_other_days_were_busy_at_each_of_these_hours() -> None:
    busy = [[20, 30], [25, 90], [400, 20], [0, 0]]
    assert is_quiet([0, 0], busy)
    assert not is_quiet([0, 1], busy)
    assert not is_quiet([0, 0], [*busy, [0, 0], [0, 0], [0, 0]])
    assert not is_quiet([0, 0], [[20, 19]] * 7)
    assert not is_quiet([0, 0], [])
