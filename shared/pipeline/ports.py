"""What the verbs need from the outside, as small protocols. ``shared/storage`` and ``shared/outputs`` fulfil them.

Every method that changes something may be repeated with the same arguments and then changes nothing more, unless it
says otherwise. Errors: ``Conflict`` where somebody else was faster (read again and retry); ``Unavailable`` where the
outside is down or busy (try again later); anything else is a bug.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from shared.domain.alert_queries import AlertPage, AlertQuery, OpenAlerts, PolicyAlerts
from shared.domain.alert_series import AlertChange, EvidencePage, Series, VersionedAlert, VersionedDelivery
from shared.domain.alerts import Alert, Delivery, HistoryEntry
from shared.domain.app_references import Alias
from shared.domain.apps import App
from shared.domain.built_in import OperatorKind
from shared.domain.events import Event
from shared.domain.ledger import Chunk, Cursor, HourCoverage, SourceCoverage, SourceState
from shared.domain.matches import Match
from shared.domain.messages import QueueDepth
from shared.domain.operator_conditions import OpenCondition
from shared.domain.passes import Pass
from shared.domain.watch import Watch


class Ledger(Protocol):
    async def cursor(self, source: str) -> Cursor: ...

    async def seen(self, source: str, times: Mapping[str, datetime | None]) -> set[str]:
        """Which of these event ids (with their times) a committed chunk of this source already holds."""
        ...

    async def commit(
        self,
        chunk: Chunk,
        ids: Mapping[str, datetime | None],
        cursor: Cursor,
        position: str,
        passes: Sequence[Pass] = (),
    ) -> None:
        """Add a collected chunk, the ids it holds, the moved cursor and its passes, all or nothing. Raises Conflict."""
        ...

    async def move(self, source: str, cursor: Cursor, position: str, passes: Sequence[Pass] = ()) -> None:
        """The same without a chunk. Repeated, it raises Conflict."""
        ...

    async def chunk(self, source: str, sequence: int) -> Chunk | None: ...

    async def mark_evaluated(self, chunk: Chunk) -> None:
        """Store the chunk as evaluated and take it off the waiting list."""
        ...

    async def record_attempt(self, chunk: Chunk) -> None:
        """Store attempts, ``not_before`` and the last error of a chunk that still waits."""
        ...

    def waiting(self) -> AsyncIterator[Chunk]:
        """Chunks of every source that are collected and not evaluated, oldest first within a source."""
        ...

    async def record_state(self, state: SourceState) -> None:
        """What a collector says of its source, in place of what it said before."""
        ...

    async def source_states(self) -> tuple[SourceState, ...]:
        """Of every source that a collector of ours reads: one request."""
        ...

    async def passes(self, source: str, most: int) -> list[Pass]:
        """The newest first."""
        ...

    async def coverage(self, now: datetime, hours: int) -> tuple[SourceCoverage, ...]: ...

    async def hours(self, source: str, until: datetime, hours: int) -> tuple[HourCoverage, ...]:
        """Events of so many hours of one source, up to that of ``until``; what has no time is not among them."""
        ...


class Archive(Protocol):
    """Compressed NDJSON. Content is addressed by its digest, so a repeated write is the same write."""

    async def write_raw(self, source: str, sequence: int, now: datetime, lines: Sequence[bytes]) -> str:
        """Returns the path."""
        ...

    async def write_events(self, source: str, sequence: int, now: datetime, events: Sequence[Event]) -> str: ...

    async def read_events(self, path: str) -> list[Event]: ...

    async def check(self) -> None:
        """Raises Unavailable where the archive does not answer."""
        ...


class Hints(Protocol):
    async def settle(self, alert_id: str, delay: timedelta = timedelta(0)) -> None:
        """Hint that an alert's list rows or deliveries may be incomplete."""
        ...


class WorkQueue(Hints, Protocol):
    async def evaluate(self, source: str, sequence: int, delay: timedelta = timedelta(0)) -> None:
        """Hint that a chunk waits to be judged."""
        ...

    async def depths(self) -> tuple[QueueDepth, ...]:
        """About how many messages wait in each queue, and how many could never be handled."""
        ...


class Matches(Protocol):
    """What windows and sequences remember: one row per match, inserted before the window is read."""

    async def insert(self, matches: Sequence[Match], expires: datetime) -> None: ...

    async def between(self, match: Match, start: datetime, end: datetime, limit: int) -> list[Match]:
        """Matches of the same policy state and group from ``start`` to ``end``, both included, oldest first.

        At most ``limit + 1``, so that the caller can tell that there are too many to judge.
        """
        ...


class StateStore(Matches, Protocol):
    async def purge(self, now: datetime) -> int:
        """Remove what no window can reach any more; returns how many rows that were."""
        ...


class Aliases(Protocol):
    async def learn(self, aliases: Sequence[Alias]) -> None: ...

    async def lookup(self, object_ids: Sequence[str]) -> dict[str, Alias]:
        """By object id, for those that are known."""
        ...


class Apps(Protocol):
    async def get(self, app_ids: Sequence[str]) -> dict[str, App]: ...


class AlertSeries(Protocol):
    """The part of the alert store that de-duplication needs."""

    async def series(self, fingerprint: str) -> Series: ...

    async def commit(self, change: AlertChange) -> str:
        """Writes the change and returns the alert's new ETag. Raises Conflict if the series moved on."""
        ...


class Alerts(AlertSeries, Protocol):
    async def get(self, alert_id: str) -> VersionedAlert | None: ...

    async def evidence(self, alert_id: str, top: int, after: str | None) -> EvidencePage:
        """Oldest first; ``after`` is the ``next`` of the page before."""
        ...

    async def history(self, alert_id: str) -> list[HistoryEntry]: ...

    async def deliveries(self, alert_id: str) -> list[VersionedDelivery]: ...

    async def record_delivery(self, alert_id: str, delivery: Delivery, version: str) -> str:
        """Stores the state of one delivery and returns its new version. Raises Conflict if another moved it first."""
        ...


class AlertList(Protocol):
    """The projection that lists are read from. Newest first."""

    async def project(self, alert: Alert, etag: str) -> None:
        """Make the list rows say what the alert says. Repeating or reordering projections never leaves an older one."""
        ...

    async def page(self, query: AlertQuery, top: int, after: str | None) -> AlertPage: ...

    async def open_alerts(self, most: int, newest: int) -> OpenAlerts:
        """Of those that are not resolved: counts of the ``most`` newest, and so many of the newest whole."""
        ...

    async def of_policy(self, policy_id: str, most: int) -> PolicyAlerts:
        """Of one policy, the ``most`` newest counted."""
        ...


class IntentLog(Protocol):
    """Where it is noted, before an alert is written, that its list rows and deliveries will have to follow."""

    async def open(self, alert_id: str, now: datetime) -> None: ...


class Intents(IntentLog, Protocol):
    """Alerts whose list rows or deliveries may be incomplete; removed when all is done."""

    async def version(self, alert_id: str) -> str | None: ...

    async def close(self, alert_id: str, version: str) -> None:
        """Removes the intent unless it was opened again since ``version`` was read."""
        ...

    def older_than(self, moment: datetime) -> AsyncIterator[str]: ...


class Watching(Protocol):
    """Since when the tenant is watched. Each moment is noted once."""

    async def state(self) -> Watch | None:
        """None before collection began."""
        ...

    async def begin(self, now: datetime) -> Watch: ...

    async def note_first_read_judged(self, now: datetime) -> None: ...

    async def note_digest_told(self, now: datetime) -> None: ...


class OperatorConditions(Protocol):
    """Conditions of the service's own work that have not ended."""

    async def open(self) -> list[OpenCondition]: ...

    async def begin(self, kind: OperatorKind, subject: str, now: datetime) -> OpenCondition:
        """The condition with the time of whoever found it first."""
        ...

    async def end(self, condition: OpenCondition) -> None: ...


class Route(Protocol):
    """One way out, e.g. a webhook. ``send`` may repeat only if the process dies between sending and recording."""

    @property
    def name(self) -> str: ...

    def wants(self, alert: Alert) -> bool: ...

    async def send(self, alert: Alert, delivery: Delivery) -> None:
        """Raises ``Unavailable`` (with a reason free of secrets) to be tried again later."""
        ...
