"""Following what changed in the directory since the last page of changes.

Changes may come twice, in another order, and tell only of some properties. So of apps they only say which ones changed:
what those are now is read. Grants are merged as told, since one app may have a hundred thousand.
"""

import logging
from collections.abc import Iterable

from msgspec import Struct

from shared.domain.directory import DirectoryKind, DirectoryObject
from shared.pipeline.inventory.known_stages import Answer, answer_of
from shared.pipeline.inventory.mirror_objects import mirror_objects, mirror_parts
from shared.pipeline.inventory.ports import DirectoryReader
from shared.pipeline.inventory.registration_parts import mirror_registrations
from shared.pipeline.inventory.services import InventoryServices
from shared.sources.fields import guid, text
from shared.sources.grant_ids import client_of_grant

_log = logging.getLogger(__name__)


class Touched(Struct):
    """Apps that have to be built again, with their service principal if that is known.

    ``answers`` are of those whose service principal was read. ``want`` are objects to be read again at the next tick,
    when all replicas of the directory agree about them.
    """

    apps: dict[str, str | None] = {}
    answers: dict[str, Answer] = {}
    want: set[str] = set()
    needs_full_read: bool = False

    def add(self, app_id: str, principal_id: str | None) -> None:
        self.apps[app_id] = principal_id or self.apps.get(app_id)


async def take_in_changes(
    services: InventoryServices,
    directory: DirectoryReader,
    kind: DirectoryKind,
    objects: Iterable[DirectoryObject],
    read: int,
) -> Touched:
    """Bring the mirror up to date with one page of changes."""
    touched = Touched()
    told: dict[str, list[DirectoryObject]] = {}
    for item in objects:
        if object_id := text(item, "id"):
            told.setdefault(object_id, []).append(item)
    if kind is DirectoryKind.SERVICE_PRINCIPALS:
        await _take_in_principals(services, directory, told, read, touched)
    elif kind is DirectoryKind.APPLICATIONS:
        await _take_in_registrations(services, directory, told, read, touched)
    else:
        await _take_in_grants(services, told, read, touched)
    return touched


type _Told = dict[str, list[DirectoryObject]]
"""What a page says of each object, by id."""


async def _take_in_principals(
    services: InventoryServices, directory: DirectoryReader, told: _Told, read: int, touched: Touched
) -> None:
    ids = [object_id for object_id in told if guid(object_id)]
    found = await directory.parts(ids) if ids else {}
    known = await app_ids_of(services, ids)
    for object_id in ids:
        parts = found.get(object_id)
        is_removed = "@removed" in told[object_id][-1]
        if parts is not None and (stored := await mirror_parts(services, parts, read)):
            touched.add(stored["appId"], stored["id"])
            touched.answers[stored["appId"]] = answer_of(parts)
        elif is_removed and object_id in known:
            await services.mirror.remove_principal(object_id)
            touched.add(known[object_id], None)
        if (parts is None) != is_removed:
            touched.want.add(object_id)


async def _take_in_registrations(
    services: InventoryServices, directory: DirectoryReader, told: _Told, read: int, touched: Touched
) -> None:
    found = {item["id"]: item for item in await directory.find(list(told))} if told else {}
    known = await app_ids_of(services, list(told))
    there = [found[object_id] for object_id in told if object_id in found]
    for stored in await mirror_registrations(services, directory, there, read):
        touched.add(stored["appId"], None)
        if "owners" not in stored:
            touched.want.add(stored["id"])
    for object_id, items in told.items():
        is_removed = "@removed" in items[-1]
        if object_id not in found and is_removed and object_id in known:
            await services.mirror.remove_registration(known[object_id])
            touched.add(known[object_id], None)
        if (object_id not in found) != is_removed:
            touched.want.add(object_id)


async def _take_in_grants(services: InventoryServices, told: _Told, read: int, touched: Touched) -> None:
    clients: dict[str, str] = {}
    for grant_id, items in told.items():
        client = guid(items[-1].get("clientId")) or client_of_grant(grant_id)
        if client is None:
            # No row can be found without it.
            _log.warning("a grant was removed that its id does not lead to")
            touched.needs_full_read = True
            continue
        clients[grant_id] = client
        if any(item != items[0] for item in items):
            touched.want.add(client)  # Which came last cannot be told from a page.
        elif "@removed" in items[0]:
            await services.mirror.remove_grant(client, grant_id)
        else:
            await _merge_grant(services, client, items[0], read, touched)
    for client, app_id in (await app_ids_of(services, list(dict.fromkeys(clients.values())))).items():
        touched.add(app_id, client)


async def _merge_grant(
    services: InventoryServices, client: str, told: DirectoryObject, read: int, touched: Touched
) -> None:
    merged = {**(await services.mirror.grant(client, told["id"]) or {}), **told}
    if {"clientId", "resourceId", "scope"} <= merged.keys():
        await mirror_objects(services, DirectoryKind.GRANTS, [merged], read)
    else:
        touched.want.add(client)


async def app_ids_of(services: InventoryServices, object_ids: list[str]) -> dict[str, str]:
    """The appIds of those objects that were ever known."""
    return {each: alias.app_id for each, alias in (await services.aliases.lookup(object_ids)).items()}
