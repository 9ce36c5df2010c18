"""What remediation needs from the outside, as small protocols. Rules and errors are those of ``ports.py``."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from shared.domain.alerts import HistoryEntry
from shared.domain.remediation_records import (
    AppRemediations,
    RemediationChange,
    RequestKey,
    StopSwitch,
    VersionedRemediation,
    VersionedStopSwitch,
)
from shared.domain.remediations import Remediation, Snapshot


class AppSwitch(Protocol):
    """The directory, as the only identity with write permissions sees it."""

    async def read(self, service_principal_id: str) -> dict[str, Any] | None:
        """The service principal as Graph tells of it, with grants, assignments and owners; None where it is gone."""
        ...

    async def set_enabled(self, service_principal_id: str, enabled: bool) -> None:
        """Raises ``PermissionMissing``, ``NotFound`` and ``Refused`` too. May be repeated."""
        ...


class Remediations(Protocol):
    """All that is recorded of remediations. Commits of one app exclude each other by ``AppRemediations.version``."""

    async def of_app(self, app_id: str) -> AppRemediations: ...

    async def get(self, remediation_id: str) -> VersionedRemediation | None: ...

    async def get_all(self, remediation_ids: Sequence[str]) -> list[Remediation]:
        """Those that exist, in this order."""
        ...

    async def commit(self, change: RemediationChange) -> VersionedRemediation:
        """Writes the change and returns its first remediation as it is then. Raises Conflict if the app moved on."""
        ...

    async def history(self, remediation_id: str) -> list[HistoryEntry]: ...

    async def snapshot(self, remediation_id: str) -> Snapshot | None: ...

    async def requested_by_key(self, app_id: str, key: RequestKey) -> str | None:
        """The id of the remediation that was made for this key, if one was."""
        ...


class RequestKeys(Protocol):
    async def claim(self, key: RequestKey) -> bool:
        """Whether the caller has used this key for this request only."""
        ...


class RemediationList(Protocol):
    """The list that people page through, and the shorter one of what is unfinished."""

    async def open(self, remediation_id: str, now: datetime) -> None:
        """Note that it must be finished, before it is recorded."""
        ...

    async def project(self, remediation: Remediation) -> None: ...

    async def close(self, remediation_id: str) -> None: ...

    async def unfinished(self, opened_before: datetime) -> tuple[str, ...]:
        """Ids, the longest open first, at most 1,000."""
        ...

    async def failed_since(self, moment: datetime, most: int) -> tuple[str, ...]:
        """Ids of those that failed after that moment, the newest first."""
        ...

    async def opened(self, remediation_id: str) -> datetime | None: ...

    async def ids(self, app_id: str | None, top: int, after: str | None) -> tuple[tuple[str, ...], str | None]:
        """A page of ids, newest first, and where the next one begins. Raises ValueError for a strange ``after``."""
        ...


class WriteLog(Protocol):
    """Which writes were about to be made, noted before each, so that none of our own is ever unexplained."""

    async def note(self, remediation: Remediation, now: datetime) -> None: ...

    async def between(
        self, service_principal_id: str | None, app_id: str | None, start: datetime, end: datetime
    ) -> tuple[str, ...]:
        """Ids of remediations that were about to write to this app, oldest first."""
        ...


class Ceiling(Protocol):
    """How many remediations wrote within the last hour."""

    async def has_room(self, most: int, now: datetime) -> bool: ...

    async def take(self, remediation_id: str, most: int, now: datetime) -> bool:
        """Count it, once however often it asks; False where there is no room."""
        ...


class StopSwitchStore(Protocol):
    async def read(self) -> VersionedStopSwitch: ...

    async def write(self, switch: StopSwitch, entry: HistoryEntry, version: str | None) -> None:
        """Raises Conflict."""
        ...

    async def history(self) -> list[HistoryEntry]: ...


class NamedLists(Protocol):
    async def list_values(self, name: str) -> tuple[str, ...]:
        """Of a list of the tenant, empty where it is not stored."""
        ...


class RemediationHints(Protocol):
    """The part of the work queue that remediation needs."""

    async def settle(self, alert_id: str, delay: timedelta = timedelta(0)) -> None: ...

    async def remediate(self, remediation_id: str, delay: timedelta = timedelta(0)) -> None:
        """Hint that a remediation waits to be carried out."""
        ...
