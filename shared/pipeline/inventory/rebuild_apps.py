"""From the mirror to Apps: build, compare with what is stored, save what differs.

An app is saved only if it is still the one that was read before the mirror was: of two hosts that rebuild it at once,
the one that saw less begins again. Saving notes that its partition has to be judged.
"""

import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from shared.domain.apps import App
from shared.domain.directory import DirectoryObject
from shared.domain.errors import Conflict
from shared.domain.mirror import MirroredPrincipal
from shared.pipeline.inventory.services import InventoryServices
from shared.sources.errors import RecordError
from shared.sources.fields import text
from shared.sources.inventory import AppObjects, build_app
from shared.sources.inventory_permissions import Api, Apis, apis_of

_MOST_TRIES = 8
_log = logging.getLogger(__name__)


class Halves(Struct, frozen=True):
    """What the mirror holds of one app; both halves None: it is gone."""

    principal: MirroredPrincipal | None
    registration: DirectoryObject | None


class Rebuilt(Struct, frozen=True):
    """The apps as they are now, changed or not, and the partitions that have to be judged for it."""

    apps: tuple[App, ...]
    unjudged: frozenset[str]


type Stored = Mapping[str, tuple[App, str]]
type ReadHalves = Callable[[Stored], Awaitable[Mapping[str, Halves]]]
"""Reads the mirror once the apps were read; asked again after a lost race."""


class KnownApis:
    """The APIs that permissions are for, each read once in a run."""

    def __init__(self, services: InventoryServices) -> None:
        self._mirror = services.mirror
        self._known: dict[str, Api] | None = None

    async def of(self, found: Iterable[Halves]) -> Apis:
        """With all APIs that these apps hold permissions for, as far as the mirror knows them."""
        if self._known is None:
            self._known = apis_of(await self._mirror.apis())
        missing = {resource for halves in found for resource in _resources(halves)} - self._known.keys()
        if missing:
            self._known |= apis_of((await self._mirror.bodies(sorted(missing))).values())
        return self._known


async def rebuild_apps(
    services: InventoryServices, principal_ids: Mapping[str, str | None], apis: KnownApis, now: datetime
) -> Rebuilt:
    """Apps by their appId. Where it is not said which service principal is theirs, the stored app says it."""

    async def read(stored: Stored) -> Mapping[str, Halves]:
        known = {app_id: stored[app_id][0].service_principal_id for app_id in stored}
        owners = {app_id: named or known.get(app_id) for app_id, named in principal_ids.items()}
        principals = await services.mirror.principals([owner for owner in owners.values() if owner])
        registrations = await services.mirror.registrations(list(principal_ids))
        return {
            app_id: Halves(
                _if_there(principals.get(owner or "")),
                registrations[app_id].body if app_id in registrations else None,
            )
            for app_id, owner in owners.items()
        }

    return await save_rebuilt(services, list(principal_ids), read, apis, now)


async def save_rebuilt(
    services: InventoryServices, app_ids: list[str], read: ReadHalves, apis: KnownApis, now: datetime
) -> Rebuilt:
    for _ in range(_MOST_TRIES):
        stored = await services.apps.versions(app_ids)
        found = await read(stored)
        known_apis = await apis.of(found.values())
        before = {app_id: app for app_id, (app, _) in stored.items()}
        built = [
            app
            for app_id, halves in found.items()
            if (app := _built(app_id, halves, before.get(app_id), known_apis, services.tenant_id, now))
        ]
        changed = [app for app in built if app != before.get(app.app_id)]
        versions = {app.app_id: stored[app.app_id][1] if app.app_id in stored else None for app in changed}
        try:
            unjudged = await services.apps.save(changed, now, versions)
        except Conflict:
            continue
        return Rebuilt(tuple(built), frozenset(unjudged))
    raise Conflict(f"apps were rebuilt by others {_MOST_TRIES} times meanwhile")


def _if_there(mirrored: MirroredPrincipal | None) -> MirroredPrincipal | None:
    return mirrored if mirrored is not None and mirrored.principal is not None else None


def _built(app_id: str, halves: Halves, stored: App | None, apis: Apis, tenant_id: str, now: datetime) -> App | None:
    """An app that is gone stays as it was last known, with the time. None: there is nothing to tell of it."""
    if halves.principal is None and halves.registration is None:
        return replace(stored, deleted=stored.deleted or now) if stored else None
    principal = halves.principal
    objects = AppObjects(
        app_id=app_id,
        principal=(principal.principal or {}) if principal else {},
        registration=halves.registration or {},
        grants=list(principal.grants) if principal else [],
        assignments=list(principal.app_role_assignments) if principal else [],
    )
    try:
        app = build_app(objects, apis, tenant_id)
    except RecordError as error:
        # What one app carries must not hold up the others: it stays as it was last known.
        _log.warning("app cannot be read", extra={"app": app_id, "reason": str(error)})
        return stored
    return replace(app, first_seen=stored.first_seen if stored and stored.first_seen else now)


def _resources(halves: Halves) -> set[str]:
    if halves.principal is None:
        return set()
    held = (*halves.principal.grants, *halves.principal.app_role_assignments)
    return {resource for item in held if (resource := text(item, "resourceId"))}
