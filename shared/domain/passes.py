"""Passes: how a log is read again and again, so that what arrives late is found too.

Records of a log arrive out of order and late. Each kind of pass reads everything that can have arrived since the last
one of its kind, up to a lateness of its own. Ids already seen are dropped, so what is read twice counts once.

All is a function of ``Progress`` and a clock that may be wrong: a window never starts later than the latest event seen.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

RETENTION = timedelta(days=30)
"""How long the service keeps directory audits (with a P1 or P2 licence; else seven days)."""
LATEST_ARRIVAL = timedelta(hours=26 + 6)
"""How long after it happened an event may be found that arrived in time for a deep pass: lateness and interval."""
_SINGLE_LATENESS = timedelta(minutes=10)
_MOST_GAPS = 20


class PassKind(StrEnum):
    FIRST = "first"
    RECENT = "recent"
    CATCH_UP = "catchUp"
    DEEP = "deep"


class PassState(StrEnum):
    PLANNED = "planned"
    COLLECTED = "collected"


class Cadence(Struct, frozen=True):
    """How often a kind of pass is due, and how late an event may arrive and be found by it."""

    every: timedelta
    lateness: timedelta


CADENCES = {
    PassKind.RECENT: Cadence(timedelta(0), _SINGLE_LATENESS),
    PassKind.CATCH_UP: Cadence(timedelta(minutes=15), timedelta(hours=2)),
    PassKind.DEEP: Cadence(timedelta(hours=6), timedelta(hours=26)),
}
"""In the order of urgency: recent passes are due at every tick."""


class Gap(Struct, frozen=True, kw_only=True, rename="camel"):
    """A time that was never read, and can no longer be: the service keeps its log only so long."""

    start: datetime
    end: datetime


class Pass(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """One reading of a window of a log. ``next_link`` leads to the page that comes next.

    Of ``rows``, ``new`` were seen for the first time and ``duplicates`` before; ``late`` are new ones that recent
    passes had missed. ``attempts`` are failures since the last page.
    """

    number: int
    kind: PassKind
    start: datetime
    end: datetime
    started: datetime
    """When the window was fixed: what arrives later may be missed."""
    ended: datetime | None = None
    state: PassState = PassState.PLANNED
    next_link: str | None = None
    pages: int = 0
    rows: int = 0
    new: int = 0
    duplicates: int = 0
    late: int = 0
    latest_event: datetime | None = None
    attempts: int = 0
    not_before: datetime | None = None
    last_error: str | None = None

    def is_late(self, time: datetime) -> bool:
        """Whether a new event of this time is one that the recent passes should have met."""
        return self.kind in {PassKind.CATCH_UP, PassKind.DEEP} and time < self.end - _SINGLE_LATENESS


class Progress(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """Where the reading of a log stands.

    ``watermark`` is the latest event time met by complete passes: no clock of ours can put it ahead of the service's.
    ``read_until`` is the window end of the last complete recent pass, and ``last_complete_read`` when that was.
    """

    watermark: datetime | None = None
    read_until: datetime | None = None
    last_complete_read: datetime | None = None
    last: dict[PassKind, datetime] = {}
    """By kind, when the last complete pass of it was planned."""
    open: tuple[Pass, ...] = ()
    gaps: tuple[Gap, ...] = ()
    late: int = 0
    next_number: int = 1
    failed: datetime | None = None
    """When the last attempt failed; None after a success."""

    @property
    def most_urgent(self) -> Pass | None:
        """The open pass to work on."""
        order = list(PassKind)
        return min(self.open, key=lambda one: order.index(one.kind), default=None)

    def waits(self, now: datetime) -> bool:
        """Whether the other side asked not to be called yet. A failure in the future is a clock that jumped back."""
        not_before = max((one.not_before for one in self.open if one.not_before), default=None)
        return self.failed is not None and not_before is not None and self.failed <= now < not_before


def planned(progress: Progress, now: datetime, first_read: timedelta) -> Progress:
    """With every pass open that is due. One that has turned no page yet is planned anew: its window has moved on."""
    open_passes = {one.kind: one for one in progress.open}
    gaps, number = progress.gaps, progress.next_number
    for kind in _due(progress, now):
        known = open_passes.get(kind)
        if known is not None and known.pages:
            continue
        start, end = _window(progress, kind, now, first_read)
        if known is None:
            open_passes[kind] = Pass(number=number, kind=kind, start=start, end=end, started=now)
            number += 1
        else:
            open_passes[kind] = replace(known, start=start, end=end, started=now)
        if kind is PassKind.RECENT and progress.read_until is not None and progress.read_until < start:
            gaps = _with_gap(gaps, Gap(start=progress.read_until, end=start))
    return replace(progress, open=tuple(open_passes.values()), gaps=gaps, next_number=number)


def turned(progress: Progress, after: Pass, now: datetime) -> Progress:
    """After one more page of an open pass, ``after`` it; the pass is complete where it has no next link."""
    if after.next_link is not None:
        return replace(_with_open(progress, after), failed=None)
    return replace(_completed(progress, after, now), failed=None)


def failed(progress: Progress, running: Pass, reason: str, not_before: datetime, now: datetime) -> Progress:
    """After an attempt that failed; no other pass is tried before ``not_before`` either."""
    attempts = running.attempts + 1
    after = replace(running, attempts=attempts, not_before=not_before, last_error=reason)
    return replace(_with_open(progress, after), failed=now)


def begun_anew(running: Pass) -> Pass:
    """A pass whose link leads nowhere any more, back at its start. Ids already seen make that harmless."""
    return replace(running, next_link=None, pages=0)


def collected(after: Pass, now: datetime) -> Pass:
    """The row of a pass that has turned its last page."""
    return replace(after, state=PassState.COLLECTED, ended=now)


def _due(progress: Progress, now: datetime) -> list[PassKind]:
    if not progress.last:
        return [PassKind.FIRST]
    return [kind for kind, cadence in CADENCES.items() if _is_due(progress.last.get(kind), cadence, now)]


def _is_due(last: datetime | None, cadence: Cadence, now: datetime) -> bool:
    """A last time in the future was noted by a clock that has been put right since."""
    return last is None or last > now or now - last >= cadence.every


def _window(progress: Progress, kind: PassKind, now: datetime, first_read: timedelta) -> tuple[datetime, datetime]:
    """From the earliest time that can still arrive, to now; a clock that is behind does not hide what was seen."""
    last, watermark = progress.last.get(kind) or now, progress.watermark or now
    if kind is PassKind.FIRST:
        return now - first_read, now
    start = min(now, last, watermark) - CADENCES[kind].lateness
    return max(start, now - RETENTION), max(now, watermark)


def _completed(progress: Progress, after: Pass, now: datetime) -> Progress:
    kinds = list(CADENCES) if after.kind is PassKind.FIRST else [after.kind]
    moved = replace(
        progress,
        last={**progress.last, **dict.fromkeys(kinds, after.started)},
        open=tuple(one for one in progress.open if one.kind is not after.kind),
        late=progress.late + after.late,
    )
    if after.kind not in {PassKind.FIRST, PassKind.RECENT}:
        return moved
    met = min(after.latest_event, after.end) if after.latest_event else None
    times = [time for time in (progress.watermark, met) if time is not None]
    return replace(moved, watermark=max(times, default=after.start), read_until=after.end, last_complete_read=now)


def _with_open(progress: Progress, changed: Pass) -> Progress:
    return replace(progress, open=tuple(changed if one.kind is changed.kind else one for one in progress.open))


def _with_gap(gaps: tuple[Gap, ...], gap: Gap) -> tuple[Gap, ...]:
    """A gap that grows, while nothing can be read, is one gap."""
    others = tuple(one for one in gaps if one.start != gap.start)
    return (*others, gap)[-_MOST_GAPS:]
