"""The last stage of a full read: a slice of the mirror into Apps, and what no page showed out of the mirror."""

from collections.abc import Mapping
from datetime import datetime

from shared.domain.directory import DirectoryKind, DirectoryObject
from shared.domain.inventory_reads import FullRead
from shared.domain.microsoft import HOME_TENANTS
from shared.domain.mirror import MirroredObject, is_unseen, principals_in
from shared.pipeline.inventory.rebuild_apps import Halves, KnownApis, Stored, save_rebuilt
from shared.pipeline.inventory.services import InventoryServices
from shared.sources.fields import guid


async def build_slice(services: InventoryServices, name: str, read: FullRead, apis: KnownApis, now: datetime) -> int:
    """Returns how many apps were built; they wait to be judged.

    Apps are marked as gone before the rows that show it go, so a crash in between leaves both to be done again.
    """
    objects = await services.mirror.slice(name)
    app_ids = sorted({each.body["appId"] for each in objects if "appId" in each.body})

    async def halves(stored: Stored) -> Mapping[str, Halves]:
        objects[:] = await services.mirror.slice(name)  # apps are saved only over what was there before this
        return await _halves(services, objects, read, stored)

    rebuilt = await save_rebuilt(services, app_ids, halves, apis, now)
    await services.mirror.drop(_unseen(objects, read))
    return len(rebuilt.apps)


def _unseen(objects: list[MirroredObject], read: FullRead) -> list[MirroredObject]:
    api_ids = frozenset(read.api_ids)
    return [each for each in objects if is_unseen(each, read.number, api_ids)]


async def _halves(
    services: InventoryServices, objects: list[MirroredObject], read: FullRead, stored: Stored
) -> dict[str, Halves]:
    """Both halves of the apps whose service principal is here, and of the apps that have none, their registration.

    An app that was deleted and added again has two service principals for a while: the one that is there counts.
    """
    gone = {each.row for each in _unseen(objects, read)}
    principals = principals_in([each for each in objects if each.row not in gone])
    registrations = await _registrations(services, objects, read.number)
    found: dict[str, Halves] = {}
    for each in objects:
        app_id = str(each.body.get("appId"))
        own = {None, each.owner} if each.kind is DirectoryKind.SERVICE_PRINCIPALS else {None}
        if each.kind is DirectoryKind.SERVICE_PRINCIPALS and each.row not in gone:
            found[app_id] = Halves(principals[each.owner], registrations.get(app_id))
        elif "appId" in each.body and _principal_of(stored, app_id) in own:
            found.setdefault(app_id, Halves(None, registrations.get(app_id)))
    return found


def _principal_of(stored: Stored, app_id: str) -> str | None:
    app = stored.get(app_id)
    return app[0].service_principal_id if app is not None and app[0].deleted is None else None


async def _registrations(
    services: InventoryServices, objects: list[MirroredObject], number: int
) -> dict[str, DirectoryObject]:
    """The registrations of these apps that the read saw. Microsoft's own apps have none in this tenant."""
    app_ids = [
        each.body["appId"]
        for each in objects
        if "appId" in each.body and guid(each.body.get("appOwnerOrganizationId")) not in HOME_TENANTS
    ]
    registrations = await services.mirror.registrations(app_ids)
    return {app_id: each.body for app_id, each in registrations.items() if each.read >= number}
