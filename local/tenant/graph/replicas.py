"""What reads see: the directory itself, or a copy of it that lags, as its replicas do."""

import time
from collections import deque
from collections.abc import Sequence
from typing import Protocol

from local.tenant.directory.collections import Change, Collection, Object
from local.tenant.directory.tenant import Tenant


class View(Protocol):
    """The readable half of a collection."""

    @property
    def version(self) -> int: ...

    def get(self, object_id: str, /) -> Object | None: ...

    def all(self) -> Sequence[Object]: ...

    def where(self, name: str, value: object, /) -> list[Object]: ...

    def changes_since(self, version: int, /) -> list[Change]: ...


class Replicas:
    """The collections by the name of their type. ``set_lag`` makes reads stale by so many seconds."""

    def __init__(self, tenant: Tenant) -> None:
        self._collections = {
            "application": tenant.applications,
            "servicePrincipal": tenant.service_principals,
            "oAuth2PermissionGrant": tenant.grants,
            "appRoleAssignment": tenant.app_role_assignments,
            "user": tenant.users,
            "group": tenant.groups,
            "directoryRole": tenant.directory_roles,
            "unifiedRoleAssignment": tenant.role_assignments,
            "unifiedRoleDefinition": tenant.role_definitions,
        }
        self._stale: dict[str, _Replica] = {}

    def set_lag(self, seconds: float) -> None:
        """From now on reads are stale by ``seconds``; 0 ends it."""
        self._stale = {name: _Replica(kept, seconds) for name, kept in self._collections.items()} if seconds else {}

    def observe(self) -> None:
        """Tell the replicas that something may have changed just now: their lag counts from here."""
        for replica in self._stale.values():
            replica.observe()

    def of(self, kind: str) -> View:
        """What a read of that type sees."""
        return self._stale.get(kind) or self._collections[kind]

    def find(self, object_id: str) -> tuple[str, Object] | None:
        """The object with its type, whichever it is."""
        for kind in self._collections:
            found = self.of(kind).get(object_id)
            if found is not None:
                return kind, found
        return None


class _Replica:
    """A copy that takes each change in ``lag`` seconds after it was observed."""

    def __init__(self, source: Collection, lag: float) -> None:
        self._source = source
        self._lag = lag
        self._objects = {one["id"]: one for one in source.all()}
        self._seen = source.version
        self._version = source.version
        self._coming: deque[tuple[float, Change, Object | None]] = deque()

    @property
    def version(self) -> int:
        self._catch_up()
        return self._version

    def observe(self) -> None:
        due = time.monotonic() + self._lag
        for change in self._source.changes_since(self._seen):
            self._coming.append((due, change, self._source.get(change.id)))
            self._seen = change.version

    def get(self, object_id: str, /) -> Object | None:
        self._catch_up()
        return self._objects.get(object_id)

    def all(self) -> Sequence[Object]:
        self._catch_up()
        return [self._objects[key] for key in sorted(self._objects)]

    def where(self, name: str, value: object, /) -> list[Object]:
        return [one for one in self.all() if one.get(name) == value]

    def changes_since(self, version: int, /) -> list[Change]:
        self._catch_up()
        return [change for change in self._source.changes_since(version) if change.version <= self._version]

    def _catch_up(self) -> None:
        self.observe()
        while self._coming and self._coming[0][0] <= time.monotonic():
            _, change, item = self._coming.popleft()
            self._version = change.version
            if change.removed or item is None:
                self._objects.pop(change.id, None)
            else:
                self._objects[change.id] = item
