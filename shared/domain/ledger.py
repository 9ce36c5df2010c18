"""The ledger: what was collected, what was judged, and so what is missing.

The ledger is the truth; queue messages only hint that there is work. One row per chunk of records commits in the same
batch as the cursor of its source, so a crash leaves either both or none.
"""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class ChunkState(StrEnum):
    PLANNED = "planned"
    COLLECTED = "collected"
    EVALUATED = "evaluated"


class Cursor(Struct, frozen=True, kw_only=True):
    """Where a source stands: the next sequence, an opaque position of its collector, and the row's version."""

    next_sequence: int = 1
    position: str = ""
    version: str | None = None
    """None: the source has no cursor yet."""


class Chunk(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """A chunk of records from one source. Its content never changes once the ledger knows it.

    ``rows`` is what the source gave; of those ``duplicates`` were seen before, ``rejected`` could not be read, and the
    rest became ``events`` (one record may become several). Event times are those of the records, UTC.
    """

    source: str
    sequence: int
    state: ChunkState
    rows: int = 0
    events: int = 0
    duplicates: int = 0
    rejected: int = 0
    not_evaluated: int = 0
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


class Rejection(Struct, frozen=True, kw_only=True, rename="camel"):
    """A record that could not be read: where it stood and why. It stays in the raw archive."""

    place: str
    reason: str


class HourCoverage(Struct, frozen=True, kw_only=True, rename="camel"):
    """Events of one source whose own time lies in one hour. ``hour`` is ``2026-11-24T13`` (UTC) or ``undated``."""

    hour: str
    events: int


class SourceCoverage(Struct, frozen=True, kw_only=True, rename="camel"):
    """What the ledger knows of one source."""

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
    hours: tuple[HourCoverage, ...] = ()
