"""The ledger: what was collected, what was judged, and so what is missing.

The ledger is the truth; queue messages only hint that there is work. One row per chunk of records commits in the same
batch as the cursor of its source, so a crash leaves either both or none.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from shared.domain.passes import Gap, Pass


class ChunkState(StrEnum):
    COLLECTED = "collected"
    EVALUATED = "evaluated"


class HourCounts(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """Of new records of one hour by their own time: those that came late, and those that another stream had told."""

    late: int = 0
    told_elsewhere: int = 0


class Cursor(Struct, frozen=True, kw_only=True):
    """Where a source stands: the next sequence, an opaque position of its collector, and the row's version."""

    next_sequence: int = 1
    position: str = ""
    version: str | None = None
    """None: the source has no cursor yet."""


class Chunk(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """A chunk of records from one source. Its content never changes once the ledger knows it.

    ``rows`` is what the source gave; of those ``duplicates`` were seen before, ``rejected`` could not be read, and the
    rest became ``events`` (one record may become several), ``undated`` of them having no time. Event times are those of
    the records, UTC. ``parked`` events are not judged with the chunk: they wait for their app. Of new records
    ``told_elsewhere`` are left out, since another stream has told the same. ``by_hour`` has what is not plain of them.
    """

    source: str
    sequence: int
    state: ChunkState
    rows: int = 0
    events: int = 0
    duplicates: int = 0
    rejected: int = 0
    undated: int = 0
    told_elsewhere: int = 0
    not_evaluated: int = 0
    parked: int = 0
    first_event: datetime | None = None
    last_event: datetime | None = None
    raw_path: str = ""
    events_path: str = ""
    collected: datetime | None = None
    evaluated: datetime | None = None
    rules_hash: str | None = None
    attempts: int = 0
    not_before: datetime | None = None
    last_error: str | None = None
    by_hour: dict[str, HourCounts] = {}


class Rejection(Struct, frozen=True, kw_only=True, rename="camel"):
    """A record that could not be read: where it stood and why. It stays in the raw archive."""

    place: str
    reason: str


class HourState(StrEnum):
    """What became of one hour of a log."""

    EVALUATED = "evaluated"
    COLLECTED = "collected"
    """Some of it still waits to be judged."""
    PLANNED = "planned"
    """It is being read, or will be at the next run."""
    MISSING = "missing"
    """It should have been read. The service may still have it."""
    LOST = "lost"
    """It was never read, and the service keeps it no longer."""


class HourCoverage(Struct, frozen=True, kw_only=True, rename="camel"):
    """New records of one source whose own time lies in one hour. ``hour`` is ``2026-11-24T13`` (UTC) or ``undated``.

    ``state`` is None of what nobody has set out to read: before the first read, and while the source was off.
    """

    hour: str
    events: int
    late: int = 0
    told_elsewhere: int = 0
    state: HourState | None = None


class SourceHealth(StrEnum):
    """How the collection of a source fares."""

    OK = "ok"
    STALE = "stale"
    """Nothing failed that we know of, but the last complete read is too long ago."""
    PERMISSION_MISSING = "permissionMissing"
    NOT_LICENSED = "notLicensed"
    FAILING = "failing"


class SourceState(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """What a collector says of its source; ``reason`` tells what is missing or wrong, free of secrets.

    ``last_complete_read`` is when a read last came to its end, and ``read_until`` the latest time that it covers.
    ``late`` counts events that came later than the recent passes look back, and were found all the same; ``overdue``
    those collected more than 26 hours after they happened. A source that is ``optional`` adds to what others tell:
    without a licence for it all else is as current. One that is ``off`` is not read. ``since`` is where its first read
    began, ``latest_event`` the time of the latest event seen, ``noted`` when all this was said.
    """

    source: str
    optional: bool = False
    off: bool = False
    health: SourceHealth = SourceHealth.OK
    reason: str | None = None
    stale_after: timedelta = timedelta(minutes=10)
    last_complete_read: datetime | None = None
    read_until: datetime | None = None
    since: datetime | None = None
    latest_event: datetime | None = None
    noted: datetime | None = None
    running: tuple[Pass, ...] = ()
    gaps: tuple[Gap, ...] = ()
    late: int = 0
    overdue: int = 0

    def health_at(self, now: datetime) -> SourceHealth:
        """A collector that has died cannot say so: time does."""
        read = self.last_complete_read
        if not self.off and self.health is SourceHealth.OK and read is not None and now - read > self.stale_after:
            return SourceHealth.STALE
        return self.health


class ParkedCounts(Struct, frozen=True, kw_only=True, rename="camel"):
    """Events of a source that wait for their app now, and of those judged since, how many were without it."""

    waiting: int = 0
    judged_unresolved: int = 0
    not_evaluated: int = 0


class SourceCoverage(Struct, frozen=True, kw_only=True, rename="camel"):
    """What the ledger knows of one source. ``state`` is None where no collector of ours reads it.

    ``waiting_times`` are the times of events, from the first to the last, of each chunk that waits to be judged.
    """

    source: str
    last_collected: datetime | None
    chunks: int
    waiting: int
    oldest_waiting: datetime | None
    rows: int
    events: int
    duplicates: int
    rejected: int
    not_evaluated: int
    told_elsewhere: int = 0
    hours: tuple[HourCoverage, ...] = ()
    waiting_times: tuple[tuple[datetime, datetime], ...] = ()
    state: SourceState | None = None
