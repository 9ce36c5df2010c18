"""What collecting and judging the directory's audits needs beyond ``ports.py``; repetition and errors are as there."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from shared.domain.events import Event
from shared.domain.ledger import ParkedCounts
from shared.domain.parked import ParkedEvent
from shared.domain.streams import LogPage


class LogReader(Protocol):
    """One stream of a log, oldest first."""

    async def page(self, start: datetime, end: datetime, link: str | None) -> LogPage:
        """One page of the window, the first one without a ``link``.

        Raises Unavailable, PermissionMissing and NotLicensed; NotFound, Refused or DeltaExpired for a link that no
        longer leads anywhere.
        """
        ...


class FactClaims(Protocol):
    """Which stream told of a fact first, where several can."""

    async def claim(self, stream: str, facts: Mapping[str, datetime | None]) -> set[str]:
        """Of these facts (with their times), those that another stream has told already. The others are this stream's
        from now on: a repeated claim by it answers the same. Raises Conflict where too many claimed at once.
        """
        ...

    async def purge(self, before: datetime) -> int:
        """Forget facts of before that; returns how many rows that were."""
        ...


class ParkedEvents(Protocol):
    async def park(self, events: Sequence[ParkedEvent]) -> None:
        """Insert those that are absent: who waits already keeps waiting since then."""
        ...

    async def first(self, most: int) -> list[ParkedEvent]:
        """Of every source together at most so many, within a source the oldest first."""
        ...

    async def settle(self, events: Sequence[ParkedEvent], unresolved: int, not_evaluated: int) -> None:
        """Remove events of one source and count how they were judged, at most 90, all or nothing.

        Counts nothing if another host settled one of them first.
        """
        ...

    async def counts(self) -> Mapping[str, ParkedCounts]:
        """By source."""
        ...


class RefreshApps(Protocol):
    async def __call__(self, object_ids: Sequence[str], now: datetime) -> None:
        """Read these apps (by appId or object id) from the directory now, and learn their aliases.

        What is not there is no error. Raises Unavailable, PermissionMissing.
        """
        ...


class RemediationTrail(Protocol):
    """Which of the changes made by our own identities were ours to make."""

    async def explaining(
        self, service_principal_id: str | None, app_id: str | None, enabled: bool, around: datetime
    ) -> str | None:
        """The id of the remediation of this app to that state whose write lies within fifteen minutes of ``around``."""
        ...

    async def seen_in_audit(self, remediation_id: str, event: Event) -> None: ...
