"""What became of each hour of a log, and whether a source that is read has gone silent."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from statistics import median

from shared.domain.ledger import HourState, SourceHealth, SourceState
from shared.domain.passes import Gap, PassKind

HOUR = timedelta(hours=1)
QUIET_HOURS = 6
COMPARED_DAYS = 7
_FEWEST_EVENTS = 20
"""An hour with fewer may well have none another day."""
_LONGEST_BETWEEN_RUNS = timedelta(minutes=30)
_GAP_IS_NEWS = timedelta(days=7)
"""As long as the coverage page looks back."""


def hour_name(time: datetime) -> str:
    """``2026-11-24T13``, in UTC."""
    return time.astimezone(UTC).isoformat()[:13]


def state_of_hour(
    start: datetime,
    state: SourceState,
    retention: timedelta,
    waiting: Sequence[tuple[datetime, datetime]],
    now: datetime,
) -> HourState | None:
    """``waiting`` are the times, first and last, of chunks that wait to be judged."""
    end = start + HOUR
    if any(gap.start < end and start < gap.end for gap in state.gaps):
        return HourState.LOST
    since = begin_of(state)
    if since is not None and end <= since:
        return None
    if state.read_until is not None and end <= state.read_until:
        waits = any(first < end and start <= last for first, last in waiting)
        return HourState.COLLECTED if waits else HourState.EVALUATED
    if state.off or since is None:
        return None
    if end <= now - retention:
        return HourState.LOST
    return HourState.PLANNED if is_on_course(state, now) else HourState.MISSING


def begin_of(state: SourceState) -> datetime | None:
    """Where the first read began, or is to begin; for a source that has not kept that, where it was read until."""
    first = next((one.start for one in state.running if one.kind is PassKind.FIRST), None)
    return state.since or first or state.read_until


def is_on_course(state: SourceState, now: datetime) -> bool:
    """Whether what was not read yet will be without anybody's doing: all is well, or a long read goes on."""
    if state.health_at(now) is SourceHealth.OK:
        return True
    is_alive = state.noted is not None and now - state.noted <= _LONGEST_BETWEEN_RUNS
    return is_alive and any(one.pages and not one.attempts for one in state.running)


def missing_since(state: SourceState, now: datetime) -> datetime | None:
    """Since when a source that should be read is not, where that is an hour or more; None where all is on its way."""
    is_without = state.optional and state.health is SourceHealth.NOT_LICENSED
    since = state.read_until or begin_of(state)
    if state.off or is_without or since is None or is_on_course(state, now):
        return None
    return since if now - since >= HOUR else None


def new_gaps(state: SourceState, now: datetime) -> list[Gap]:
    """Of what is lost, that which was noticed within a week: nobody can bring it back, so nobody is told for ever."""
    return [gap for gap in state.gaps if gap.noticed is not None and now - gap.noticed <= _GAP_IS_NEWS]


def may_be_quiet(state: SourceState, now: datetime) -> bool:
    """Whether it is worth counting: the source reads well, and its latest event is old but not of another week."""
    latest = state.latest_event
    if state.off or latest is None or state.health_at(now) is not SourceHealth.OK or state.last_complete_read is None:
        return False
    return QUIET_HOURS * HOUR <= now - latest <= timedelta(days=COMPARED_DAYS)


def is_quiet(last: Sequence[int], before: Sequence[Sequence[int]]) -> bool:
    """``last`` are the events of the last hours, ``before`` those of the same hours of each of the days before."""
    usual = [median(hour) for hour in zip(*before, strict=True)]
    return not any(last) and bool(usual) and min(usual) >= _FEWEST_EVENTS
