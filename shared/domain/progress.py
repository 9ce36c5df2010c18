"""How far the reading of a log has come, and which of its passes are due.

All is a function of ``Progress`` and a clock that may be wrong: a window never starts later than the latest event seen.
"""

from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from shared.domain.passes import DIRECTORY_SCHEDULE, URGENCY, Cadence, Gap, Pass, PassKind, Schedule

_MOST_GAPS = 20


class Progress(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """Where the reading of a log stands.

    ``watermark`` is the latest event time met by complete passes: no clock of ours can put it ahead of the service's.
    ``read_until`` is the window end of the last complete recent pass, and ``last_complete_read`` when that was;
    ``since`` is the start of the first one. ``held_until`` is how long the other side asked not to be called, by
    anything that shares its limit.
    """

    watermark: datetime | None = None
    read_until: datetime | None = None
    last_complete_read: datetime | None = None
    since: datetime | None = None
    latest_event: datetime | None = None
    last: dict[PassKind, datetime] = {}
    """By kind, when the last complete pass of it was planned."""
    open: tuple[Pass, ...] = ()
    gaps: tuple[Gap, ...] = ()
    late: int = 0
    overdue: int = 0
    next_number: int = 1
    failed: datetime | None = None
    """When the last attempt failed; None after a success."""

    held_until: datetime | None = None

    @property
    def most_urgent(self) -> Pass | None:
        """The open pass to work on."""
        return min(self.open, key=lambda one: URGENCY.index(one.kind), default=None)

    def waits(self, now: datetime) -> bool:
        """Whether the other side asked not to be called yet. A failure in the future is a clock that jumped back."""
        not_before = max((one.not_before for one in self.open if one.not_before), default=None)
        return self._is_before(now, not_before)

    def holds(self, now: datetime) -> bool:
        """Whether whatever shares the limit of this log has to wait, too."""
        return self._is_before(now, self.held_until)

    def _is_before(self, now: datetime, until: datetime | None) -> bool:
        return self.failed is not None and until is not None and self.failed <= now < until


def planned(
    progress: Progress, now: datetime, first_read: timedelta, schedule: Schedule = DIRECTORY_SCHEDULE
) -> Progress:
    """With every pass open that is due. One that has turned no page yet is planned anew: its window has moved on."""
    open_passes = {one.kind: one for one in progress.open}
    gaps, number = progress.gaps, progress.next_number
    for kind in _due(progress, now, schedule):
        known = open_passes.get(kind)
        if known is not None and known.pages:
            continue
        start, end = _window(progress, kind, now, first_read, schedule)
        if known is None:
            open_passes[kind] = Pass(number=number, kind=kind, start=start, end=end, started=now)
            number += 1
        else:
            open_passes[kind] = replace(known, start=start, end=end, started=now)
        if kind is PassKind.RECENT and progress.read_until is not None and progress.read_until < start:
            gaps = _with_gap(gaps, Gap(start=progress.read_until, end=start, noticed=now))
    return replace(progress, open=tuple(open_passes.values()), gaps=gaps, next_number=number)


def turned(progress: Progress, after: Pass, now: datetime, schedule: Schedule = DIRECTORY_SCHEDULE) -> Progress:
    """After one more page of an open pass, ``after`` it; the pass is complete where it has no next link."""
    well = replace(progress, failed=None, held_until=None)
    return _with_open(well, after) if after.next_link is not None else _completed(well, after, now, schedule)


def failed(
    progress: Progress,
    running: Pass,
    reason: str,
    not_before: datetime,
    now: datetime,
    *,
    holds_others: bool = False,
) -> Progress:
    """After an attempt that failed; no other pass is tried before ``not_before`` either."""
    after = replace(
        running,
        attempts=running.attempts + 1,
        retries=running.retries + 1,
        not_before=not_before,
        last_error=reason,
    )
    return replace(_with_open(progress, after), failed=now, held_until=not_before if holds_others else None)


def _due(progress: Progress, now: datetime, schedule: Schedule) -> list[PassKind]:
    if not progress.last:
        return [PassKind.FIRST]
    return [kind for kind, cadence in schedule.cadences.items() if _is_due(progress.last.get(kind), cadence, now)]


def _is_due(last: datetime | None, cadence: Cadence, now: datetime) -> bool:
    """A last time in the future was noted by a clock that has been put right since."""
    return last is None or last > now or now - last >= cadence.every


def _window(
    progress: Progress, kind: PassKind, now: datetime, first_read: timedelta, schedule: Schedule
) -> tuple[datetime, datetime]:
    """From the earliest time that can still arrive, to now; a clock that is behind does not hide what was seen."""
    last, watermark = progress.last.get(kind) or now, progress.watermark or now
    if kind is PassKind.FIRST:
        return now - min(first_read, schedule.first_read), now
    start = min(now, last, watermark) - schedule.cadences[kind].lateness
    return max(start, now - schedule.retention), max(now, watermark)


def _completed(progress: Progress, after: Pass, now: datetime, schedule: Schedule) -> Progress:
    kinds = [kind for kind in PassKind if kind is not PassKind.FIRST] if after.kind is PassKind.FIRST else [after.kind]
    moved = replace(
        progress,
        last={**progress.last, **dict.fromkeys(kinds, after.started)},
        open=tuple(one for one in progress.open if one.kind is not after.kind),
        late=progress.late + after.late,
        overdue=progress.overdue + after.overdue,
        latest_event=_latest(progress.latest_event, _met(after)),
    )
    if after.kind not in {PassKind.FIRST, PassKind.RECENT}:
        return moved
    return replace(
        moved,
        watermark=_latest(progress.watermark, _reached(after, schedule)) or after.start,
        read_until=after.end,
        last_complete_read=now,
        # A log whose first read was long ago, when nobody kept this, counts from its next one.
        since=progress.since or after.start,
    )


def _reached(after: Pass, schedule: Schedule) -> datetime | None:
    """Up to where a complete pass has met what there is, as far as the log itself says so."""
    if schedule.by_arrival:
        return min(after.end, after.started)
    return _met(after)


def _met(after: Pass) -> datetime | None:
    """The latest event; one that a record puts into the future must not hide that nothing comes any more."""
    return min(after.latest_event, after.end) if after.latest_event else None


def _latest(one: datetime | None, other: datetime | None) -> datetime | None:
    return max(filter(None, (one, other)), default=None)


def _with_open(progress: Progress, changed: Pass) -> Progress:
    return replace(progress, open=tuple(changed if one.kind is changed.kind else one for one in progress.open))


def _with_gap(gaps: tuple[Gap, ...], gap: Gap) -> tuple[Gap, ...]:
    """A gap that grows, while nothing can be read, is one gap."""
    others = tuple(one for one in gaps if one.start != gap.start)
    known = next((one for one in gaps if one.start == gap.start), gap)
    return (*others, replace(gap, noticed=known.noticed))[-_MOST_GAPS:]
