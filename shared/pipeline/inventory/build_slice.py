"""The last stage of a full read: a slice of the mirror into Apps, and what no page showed out of the mirror."""

from collections.abc import Mapping

from shared.domain.directory import DirectoryKind
from shared.domain.inventory_reads import FullRead
from shared.domain.microsoft import HOME_TENANTS
from shared.domain.mirror import (
    DELETED,
    MirroredObject,
    MirroredRegistration,
    is_unseen,
    principals_in,
    registration_in,
)
from shared.pipeline.inventory.halves import Halves
from shared.pipeline.inventory.rebuild_apps import Basis, Stored, save_rebuilt
from shared.pipeline.inventory.services import InventoryServices
from shared.pipeline.inventory.skipped_stages import skipped_kinds
from shared.sources.fields import guid

_MOST_READ_AGAIN = 12
"""Service principals of a slice: of all slices no more than one tick serves."""


async def build_slice(services: InventoryServices, name: str, read: FullRead, basis: Basis) -> int:
    """Returns how many apps were built; they wait to be judged.

    Apps are marked as gone before the rows that show it go, so a crash in between leaves both to be done again.
    """
    objects = await services.mirror.slice(name)
    if not objects:
        return 0
    app_ids = sorted({each.body["appId"] for each in objects if "appId" in each.body})

    async def halves(stored: Stored) -> Mapping[str, Halves]:
        objects.clear()  # Two readings of a slice at once would take twice the memory.
        objects.extend(await services.mirror.slice(name))  # apps are saved only over what was there before this
        return await _halves(services, objects, read, stored)

    rebuilt = await save_rebuilt(services, app_ids, halves, basis)
    unseen = await _unseen(services, objects, read)
    if stale := _with_unread_assignments(objects, read):
        await services.app_requests.want(stale)
    await services.mirror.drop(unseen)
    return len(rebuilt.apps)


async def _unseen(services: InventoryServices, objects: list[MirroredObject], read: FullRead) -> list[MirroredObject]:
    api_ids, skipped = frozenset(read.api_ids), skipped_kinds(read)
    others = {each.body["resourceId"] for each in objects if _is_of_another_api(each, read)}
    gone_apis = frozenset(others - (await services.mirror.bodies(sorted(others))).keys())
    return [each for each in objects if is_unseen(each, read.number, api_ids, skipped, gone_apis)]


def _with_unread_assignments(objects: list[MirroredObject], read: FullRead) -> list[str]:
    """The service principals whose roles of other APIs were not read for the longest time: only their parts tell."""
    stale = sorted((each for each in objects if _is_of_another_api(each, read)), key=lambda each: each.read)
    return list(dict.fromkeys(each.owner for each in stale))[:_MOST_READ_AGAIN]


def _is_of_another_api(mirrored: MirroredObject, read: FullRead) -> bool:
    """An assignment of an API whose assignments no full read asks for, and that nothing read during this one."""
    return (
        mirrored.kind is DirectoryKind.APP_ROLE_ASSIGNMENTS
        and mirrored.body["resourceId"] not in read.api_ids
        and mirrored.read < read.number
    )


async def _halves(
    services: InventoryServices, objects: list[MirroredObject], read: FullRead, stored: Stored
) -> dict[str, Halves]:
    """Both halves of the apps whose service principal is here, and of the apps that have none, their registration.

    An app that was deleted and added again has two service principals for a while: the one that is there counts.
    """
    gone = {each.row for each in await _unseen(services, objects, read)}
    principals = principals_in(each for each in objects if each.row not in gone)
    registrations = await _registrations(services, objects, read)
    is_bin_read = DELETED.isdisjoint(skipped_kinds(read))
    found: dict[str, Halves] = {}
    for each in objects:
        app_id = str(each.body.get("appId"))
        own = {None, each.owner} if each.kind is DirectoryKind.SERVICE_PRINCIPALS else {None}
        if each.kind is DirectoryKind.SERVICE_PRINCIPALS and each.row not in gone:
            found[app_id] = Halves(principals[each.owner], registrations.get(app_id), is_bin_read)
        elif "appId" in each.body and _principal_of(stored, app_id) in own:
            found.setdefault(app_id, Halves(None, registrations.get(app_id), is_bin_read))
    return found


def _principal_of(stored: Stored, app_id: str) -> str | None:
    app = stored.get(app_id)
    return app[0].service_principal_id if app is not None and app[0].deleted is None else None


async def _registrations(
    services: InventoryServices, objects: list[MirroredObject], read: FullRead
) -> dict[str, MirroredRegistration]:
    """What goes by these appIds, as far as the read saw it. Microsoft's own apps are not registered in this tenant."""
    app_ids = [
        each.body["appId"]
        for each in objects
        if "appId" in each.body and guid(each.body.get("appOwnerOrganizationId")) not in HOME_TENANTS
    ]
    found = await services.mirror.registrations(app_ids)
    skipped = skipped_kinds(read)
    return {
        app_id: registration_in(
            each for each in (first, *first.neighbours) if not is_unseen(each, read.number, frozenset(), skipped)
        )
        for app_id, first in found.items()
    }
