"""Passes: how a log is read again and again, so that what arrives late is found too.

Records of a log arrive out of order and late. Each kind of pass reads everything that can have arrived since the last
one of its kind, up to a lateness of its own. Ids already seen are dropped, so what is read twice counts once.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

RETENTION = timedelta(days=30)
"""How long the service keeps directory audits (with a P1 or P2 licence; else seven days)."""
LATEST_ARRIVAL = timedelta(hours=26 + 6)
"""How long after it happened an event may be found that arrived in time for a deep pass: lateness and interval."""
OVERDUE = timedelta(hours=26)
"""Later than that no pass is sure to find an event."""
_SINGLE_LATENESS = timedelta(minutes=10)


class PassKind(StrEnum):
    FIRST = "first"
    RECENT = "recent"
    CATCH_UP = "catchUp"
    DEEP = "deep"


URGENCY = (PassKind.RECENT, PassKind.CATCH_UP, PassKind.FIRST, PassKind.DEEP)
"""What happens now comes before what came late, and that before what happened long ago."""


class PassState(StrEnum):
    PLANNED = "planned"
    COLLECTED = "collected"


class Cadence(Struct, frozen=True):
    """How often a kind of pass is due, and how late an event may arrive and be found by it."""

    every: timedelta
    lateness: timedelta


class Schedule(Struct, frozen=True, kw_only=True):
    """How one log is read: ``cadences`` in the order of urgency, and for how long the service keeps its records.

    ``first_read`` is the furthest that a first pass looks back, whatever the setting says. A log that is read
    ``by_arrival`` gives what reached it in a window, whenever that happened: times of events do not tell how far it
    was read.
    """

    cadences: dict[PassKind, Cadence]
    retention: timedelta
    first_read: timedelta = timedelta(days=30)
    by_arrival: bool = False


DIRECTORY_SCHEDULE = Schedule(
    cadences={
        PassKind.RECENT: Cadence(timedelta(0), _SINGLE_LATENESS),
        PassKind.CATCH_UP: Cadence(timedelta(minutes=15), timedelta(hours=2)),
        PassKind.DEEP: Cadence(timedelta(hours=6), timedelta(hours=26)),
    },
    retention=RETENTION,
)
"""Of audits and sign-ins: recent passes are due at every tick."""


class Gap(Struct, frozen=True, kw_only=True, rename="camel"):
    """A time that was never read, and can no longer be: the service keeps its log only so long."""

    start: datetime
    end: datetime
    noticed: datetime | None = None


class Pass(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """One reading of a window of a log. ``next_link`` leads to the page that comes next.

    Of ``rows``, ``new`` were seen for the first time and ``duplicates`` before; ``late`` are new ones that recent
    passes had missed, and ``overdue`` those collected more than 26 hours after they happened. ``told_elsewhere`` are
    new ones whose fact another stream had told. ``attempts`` are failures since the last page, ``retries`` all of them.
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
    overdue: int = 0
    told_elsewhere: int = 0
    latest_event: datetime | None = None
    attempts: int = 0
    retries: int = 0
    not_before: datetime | None = None
    last_error: str | None = None

    def is_late(self, time: datetime, lateness: timedelta = _SINGLE_LATENESS) -> bool:
        """Whether a new event of this time is one that the recent passes, which look so far back, should have met."""
        return self.kind in {PassKind.CATCH_UP, PassKind.DEEP} and time < self.end - lateness

    def is_overdue(self, time: datetime, now: datetime) -> bool:
        """Of a new event. A first read finds old ones by design."""
        return self.kind is not PassKind.FIRST and now - time > OVERDUE


def begun_anew(running: Pass) -> Pass:
    """A pass whose link leads nowhere any more, back at its start. Ids already seen make that harmless."""
    return replace(running, next_link=None, pages=0)


def collected(after: Pass, now: datetime) -> Pass:
    """The row of a pass that has turned its last page."""
    return replace(after, state=PassState.COLLECTED, ended=now)
