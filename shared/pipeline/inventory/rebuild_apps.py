"""From the mirror to Apps: build, compare with what is stored, save what differs.

An app is saved only if it is still the one that was read before the mirror was: of two hosts that rebuild it at once,
the one that saw less begins again. Saving notes that its partition has to be judged.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime

from msgspec import Struct

from shared.domain.app_changes import changes_between
from shared.domain.apps import App
from shared.domain.errors import Conflict
from shared.domain.inventory_reads import InventoryState, ReadStage, stages_now_read, stages_read
from shared.domain.mirror import MirroredPrincipal, registration_in
from shared.domain.people import Person
from shared.domain.timeline import TimelineEntry
from shared.pipeline.inventory.group_members import is_user
from shared.pipeline.inventory.halves import Halves, Surroundings, built
from shared.pipeline.inventory.known_stages import Answer
from shared.pipeline.inventory.services import InventoryServices
from shared.sources.fields import guid, objects, text
from shared.sources.inventory_permissions import Api, Apis, apis_of

_MOST_TRIES = 8


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


class Basis(Struct, frozen=True):
    """How far the directory is known. On the very first read nothing has changed: it only comes to be known.

    ``stages`` were ever read, ``now_read`` are those of them that nothing left out since. ``tells`` is whether
    timelines are told of it.
    """

    apis: KnownApis
    stages: frozenset[ReadStage]
    now_read: frozenset[ReadStage]
    is_first_read: bool
    now: datetime
    tells: bool = True


def basis_of(state: InventoryState, apis: KnownApis, now: datetime) -> Basis:
    return Basis(apis, stages_read(state), stages_now_read(state), state.reads == 0, now)


async def rebuild_apps(
    services: InventoryServices,
    principal_ids: Mapping[str, str | None],
    basis: Basis,
    answers: Mapping[str, Answer] | None = None,
) -> Rebuilt:
    """Apps by their appId. Where it is not said which service principal is theirs, the stored app says it.

    ``answers`` are of those whose service principal was just read by itself.
    """
    told = answers or {}

    async def read(stored: Stored) -> Mapping[str, Halves]:
        known = {app_id: stored[app_id][0].service_principal_id for app_id in stored}
        owners = {app_id: named or known.get(app_id) for app_id, named in principal_ids.items()}
        principals = await services.mirror.principals([owner for owner in owners.values() if owner])
        found = await services.mirror.registrations(list(principal_ids))
        registrations = {app_id: registration_in((each, *each.neighbours)) for app_id, each in found.items()}
        return {
            app_id: Halves(
                _if_there(principals.get(owner or "")), registrations.get(app_id), answer=told.get(app_id, Answer())
            )
            for app_id, owner in owners.items()
        }

    return await save_rebuilt(services, list(principal_ids), read, basis)


async def save_rebuilt(services: InventoryServices, app_ids: list[str], read: ReadHalves, basis: Basis) -> Rebuilt:
    for _ in range(_MOST_TRIES):
        stored = await services.apps.versions(app_ids)
        found = await read(stored)
        around = Surroundings(
            apis=await basis.apis.of(found.values()),
            people=await _people(services, found.values()) if ReadStage.USERS in basis.stages else None,
            stages=basis.stages,
            now_read=basis.now_read,
            tenant_id=services.tenant_id,
            is_first_read=basis.is_first_read,
            now=basis.now,
        )
        before = {app_id: app for app_id, (app, _) in stored.items()}
        apps = [app for app_id, halves in found.items() if (app := built(app_id, halves, before.get(app_id), around))]
        changed = [app for app in apps if app != before.get(app.app_id)]
        versions = {app.app_id: stored[app.app_id][1] if app.app_id in stored else None for app in changed}
        if basis.tells:
            await _tell(services, apps if basis.is_first_read else changed, stored, basis)
        try:
            unjudged = await services.apps.save(changed, basis.now, versions)
        except Conflict:
            continue
        return Rebuilt(tuple(apps), frozenset(unjudged))
    raise Conflict(f"apps were rebuilt by others {_MOST_TRIES} times meanwhile")


async def _people(services: InventoryServices, found: Iterable[Halves]) -> Mapping[str, Person]:
    """The marked ones, and those of the owners who were read: of others nobody can tell that they have no mark."""
    marked = await services.people.marked()
    owners = {owner for halves in found for owner in _owning_users(halves)}
    return marked | await services.people.get(sorted(owners - marked.keys()))


async def _tell(services: InventoryServices, apps: list[App], stored: Stored, basis: Basis) -> None:
    """Before the apps are saved: who dies in between tells the same again. In a first read apps are only met."""
    entries: list[TimelineEntry] = []
    for app in apps:
        before, version = (None, None) if basis.is_first_read else stored.get(app.app_id, (None, None))
        entries += changes_between(before, app, basis.now, version)
    if entries:
        await services.timelines.add(entries)


def _if_there(mirrored: MirroredPrincipal | None) -> MirroredPrincipal | None:
    return mirrored if mirrored is not None and mirrored.principal is not None else None


def _owning_users(halves: Halves) -> set[str]:
    registration = halves.registration.registration if halves.registration else None
    principal = halves.principal.principal if halves.principal else None
    owners = (owner for half in (registration, principal) if half for owner in objects(half.get("owners")))
    return {owner_id for owner in owners if is_user(dict(owner)) and (owner_id := guid(owner.get("id")))}


def _resources(halves: Halves) -> set[str]:
    if halves.principal is None:
        return set()
    held = (*halves.principal.grants, *halves.principal.app_role_assignments)
    return {resource for item in held if (resource := text(item, "resourceId"))}
