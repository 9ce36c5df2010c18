"""What the inventory needs from the outside. ``shared/graph`` and ``shared/storage`` fulfil it.

As in ``ports.py``: what changes something may be repeated; ``Conflict`` means that somebody else was faster.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from shared.domain.apps import App
from shared.domain.directory import (
    DirectoryKind,
    DirectoryObject,
    DirectoryPage,
    RegistrationParts,
    ServicePrincipalParts,
)
from shared.domain.inventory_reads import InventoryState, VersionedState
from shared.domain.mirror import MirroredObject, MirroredPrincipal
from shared.domain.usage_reads import UsageReport, UsageState, VersionedUsage
from shared.pipeline.ports import Hints


class DirectoryReader(Protocol):
    """The tenant's directory. Raises Unavailable, PermissionMissing, NotLicensed, NotFound, Refused."""

    async def latest(self, kind: DirectoryKind) -> str:
        """A link to the changes from now on."""
        ...

    async def list_page(self, kind: DirectoryKind, link: str | None) -> DirectoryPage:
        """``link`` is that of the page before; None: the first page. Owners are expanded, at most 20 of each.

        App role assignments cannot be listed: see ``assigned_to``.
        """
        ...

    async def count(self, kind: DirectoryKind) -> int:
        """About how many there are; of service principals, applications, grants and users only."""
        ...

    async def role_names(self) -> dict[str, str]:
        """The names of all definitions of directory roles, by id."""
        ...

    async def members(self, group_id: str, link: str | None) -> DirectoryPage:
        """Users and service principals in a group, also through other groups."""
        ...

    async def changes(self, link: str) -> DirectoryPage:
        """Raises DeltaExpired."""
        ...

    async def apis(self, app_ids: Sequence[str]) -> tuple[DirectoryObject, ...]:
        """The service principals of these apps, with their app roles."""
        ...

    async def assigned_to(self, api_object_id: str, link: str | None) -> DirectoryPage:
        """App role assignments to the roles of one API."""
        ...

    async def find(self, object_ids: Sequence[str]) -> tuple[DirectoryObject, ...]:
        """Those of these objects that are there and are service principals or applications, without owners."""
        ...

    async def parts(self, service_principal_ids: Sequence[str]) -> dict[str, ServicePrincipalParts | None]:
        """Each service principal whole; None for one that is gone."""
        ...

    async def registration_parts(self, registration_ids: Sequence[str]) -> dict[str, RegistrationParts | None]:
        """By object id; None for one that is gone, or too new for every replica to know it."""
        ...


class AppInfoReader(Protocol):
    """What app governance holds of apps. Raises Unavailable, PermissionMissing and NotLicensed."""

    def rows(self) -> AsyncIterator[tuple[bytes, ...]]: ...


class UsageReader(Protocol):
    """The reports of use. Raises Unavailable, PermissionMissing, NotLicensed, NotFound, Refused, DeltaExpired."""

    async def page(self, report: UsageReport, link: str | None) -> DirectoryPage: ...


class UsageReads(Protocol):
    async def state(self) -> VersionedUsage: ...

    async def move(self, state: UsageState, version: str | None) -> str:
        """Stores the state in place of that version and returns the new one. Raises Conflict."""
        ...


class DirectoryMirror(Protocol):
    """What was last read of the directory. ``read`` is the number of the full read, running or last."""

    async def save(self, kind: DirectoryKind, objects: Sequence[DirectoryObject], read: int) -> None:
        """Each object in place of what was there. They carry the ids that their kind needs, as GUIDs."""
        ...

    async def save_apis(self, principals: Sequence[DirectoryObject]) -> None: ...

    async def apis(self) -> list[DirectoryObject]: ...

    async def replace_principal(self, parts: ServicePrincipalParts, read: int) -> None:
        """The service principal and all that hangs on it; what hung on it before and is not among this goes."""
        ...

    async def remove_principal(self, principal_id: str) -> None:
        """With all that hangs on it."""
        ...

    async def remove_registration(self, app_id: str) -> None: ...

    async def remove_grant(self, client_id: str, grant_id: str) -> None: ...

    async def grant(self, client_id: str, grant_id: str) -> DirectoryObject | None: ...

    async def principals(self, principal_ids: Sequence[str]) -> dict[str, MirroredPrincipal]:
        """Those that are known, with all that hangs on them."""
        ...

    async def bodies(self, principal_ids: Sequence[str]) -> dict[str, DirectoryObject]:
        """Those that are known, without what hangs on them."""
        ...

    async def owners(self) -> set[str]:
        """The object ids of all service principals and the appIds of all registrations that are known."""
        ...

    async def registrations(self, app_ids: Sequence[str]) -> dict[str, MirroredObject]: ...

    async def slice(self, name: str) -> list[MirroredObject]:
        """All objects of one of ``SLICES``: of 100,000 apps some 50 MB."""
        ...

    async def drop(self, objects: Sequence[MirroredObject]) -> None:
        """Remove these, but for those that were saved again since they were read."""
        ...


class InventoryReads(Protocol):
    async def state(self) -> VersionedState: ...

    async def move(self, state: InventoryState, version: str | None) -> str:
        """Stores the state in place of that version and returns the new one. Raises Conflict."""
        ...


class AppRequests(Protocol):
    """Objects of the directory that somebody wants read again: at the next tick of the collector."""

    async def want(self, object_ids: Sequence[str]) -> None:
        """Object ids of service principals or registrations, or appIds."""
        ...

    async def wanted(self, most: int) -> dict[str, str]:
        """Some of the ids, with the version of each request."""
        ...

    async def done(self, requests: Mapping[str, str]) -> None:
        """Removes the requests, but for those made again since."""
        ...


class StoredApps(Protocol):
    """The apps. Saving notes in the same batch that their partition has to be judged."""

    async def get(self, app_ids: Sequence[str]) -> dict[str, App]: ...

    async def versions(self, app_ids: Sequence[str]) -> dict[str, tuple[App, str]]:
        """Those that are known, with their versions."""
        ...

    async def save(self, apps: Sequence[App], now: datetime, since: Mapping[str, str | None] | None = None) -> set[str]:
        """Each app whole; returns the partitions that wait to be judged now.

        ``since`` has the version of the app that was read, None if there was none; raises Conflict if that moved, and
        then other partitions may be written. An app it does not name is written as it is.
        """
        ...

    async def in_partition(self, partition: str) -> list[App]: ...

    def all(self) -> AsyncIterator[App]:
        """A read for each thousand."""
        ...

    async def unjudged(self, partition: str) -> str | None:
        """The version of the note that this partition waits to be judged; None if it does not wait."""
        ...

    async def all_unjudged(self) -> dict[str, datetime]:
        """The partitions that wait, and since when; one that was postponed says until when."""
        ...

    async def note_unjudged(self, partitions: Sequence[str], since: datetime) -> None: ...

    async def note_judged(self, partition: str, version: str) -> None:
        """Unless the partition changed since ``version`` was read."""
        ...


class AppJudging(Hints, Protocol):
    async def evaluate_apps(self, partition: str, delay: timedelta = timedelta(0)) -> None:
        """Hint that a partition of apps waits to be judged."""
        ...
