"""A full read of the directory, one step at a time.

Each page is in the mirror before the read moves on, so a step that is repeated after a crash changes nothing. Nothing
is removed before every page was read: only then is what no page showed known to be gone.
"""

from datetime import datetime

from msgspec.structs import replace

from shared.domain.directory import DirectoryKind, DirectoryObject
from shared.domain.errors import DeltaExpired, NotFound, Refused
from shared.domain.inventory_reads import CHANGE_KINDS, FullRead, InventoryState, ReadStage
from shared.domain.microsoft import API_APP_IDS
from shared.domain.mirror import SLICES
from shared.pipeline.inventory.build_slice import build_slice
from shared.pipeline.inventory.mirror_objects import mirror_objects, mirror_parts
from shared.pipeline.inventory.ports import DirectoryReader
from shared.pipeline.inventory.rebuild_apps import KnownApis
from shared.pipeline.inventory.registration_owners import with_owners
from shared.pipeline.inventory.services import InventoryServices

_MOST_EXPANDED = 20
"""Owners that Graph expands: so many may be more."""
_LOST_LINK = (DeltaExpired, NotFound, Refused)


async def begin_read(directory: DirectoryReader, state: InventoryState, now: datetime) -> FullRead:
    """The links to changes are taken first: what changes while pages are read is followed afterwards."""
    links = {kind.value: await directory.latest(kind) for kind in CHANGE_KINDS}
    return FullRead(number=state.reads + 1, started=now, links=links)


def begun_anew(read: FullRead, now: datetime) -> FullRead:
    """The read from its first page, under a number of its own: what was seen until now may be gone by then.

    Its links stay. They are older than its pages, so they tell of changes that the pages hold already.
    """
    return FullRead(number=read.number + 1, started=now, links=read.links, restarts=read.restarts + 1)


async def read_step(
    services: InventoryServices, directory: DirectoryReader, read: FullRead, apis: KnownApis, now: datetime
) -> FullRead | None:
    """One page, or one slice of apps; None once the read is complete.

    A link that no longer leads on makes its stage begin again, which ``restarts`` counts.
    """
    if read.stage is ReadStage.APPS:
        return await _build_slice(services, read, apis, now)
    try:
        if read.stage is ReadStage.APP_ROLE_ASSIGNMENTS:
            return await _read_assignments(services, directory, read)
        return await _read_list(services, directory, read)
    except _LOST_LINK:
        if read.step is None:
            raise
        return replace(read, step=None, restarts=read.restarts + 1)


async def _read_list(services: InventoryServices, directory: DirectoryReader, read: FullRead) -> FullRead:
    kind = DirectoryKind(read.stage.value)
    page = await directory.list_page(kind, read.step)
    if kind is DirectoryKind.APPLICATIONS:
        full = [each for each in page.objects if not _has_all_owners(each)]
        others = filter(_has_all_owners, page.objects)
        await mirror_objects(services, kind, [*others, *await with_owners(directory, full)], read.number)
    else:
        stored = await mirror_objects(services, kind, page.objects, read.number)
        await _read_all_owners(services, directory, stored, read.number)
    counted = _counted(read, len(page.objects))
    return replace(counted, step=page.next_link) if page.next_link else _next_stage(counted)


def _has_all_owners(item: DirectoryObject) -> bool:
    """Also what has none."""
    return len(item.get("owners", ())) < _MOST_EXPANDED


async def _read_all_owners(
    services: InventoryServices, directory: DirectoryReader, principals: list[DirectoryObject], number: int
) -> None:
    full = [item["id"] for item in principals if not _has_all_owners(item)]
    for parts in (await directory.parts(full)).values() if full else ():
        if parts is not None:
            await mirror_parts(services, parts, number)


async def _read_assignments(services: InventoryServices, directory: DirectoryReader, read: FullRead) -> FullRead:
    """Of the APIs that matter, one after the other: to ask each app for its own would take a request an app."""
    if not read.api_ids:
        apis = await directory.apis(sorted(API_APP_IDS))
        await services.mirror.save_apis([_with_names_of_roles(api) for api in apis])
        # A page may come twice.
        read = replace(read, api_ids=tuple(dict.fromkeys(api["id"] for api in apis)))
    if read.apis_done == len(read.api_ids):
        return _next_stage(read)
    page = await directory.assigned_to(read.api_ids[read.apis_done], read.step)
    await mirror_objects(services, DirectoryKind.APP_ROLE_ASSIGNMENTS, page.objects, read.number)
    counted = replace(_counted(read, len(page.objects)), step=page.next_link)
    if page.next_link:
        return counted
    done = replace(counted, apis_done=read.apis_done + 1)
    return _next_stage(done) if done.apis_done == len(done.api_ids) else done


def _with_names_of_roles(api: DirectoryObject) -> DirectoryObject:
    """Without what else is told of roles: with their descriptions, the roles of Microsoft Graph about fill a row."""
    roles = [{"id": role.get("id"), "value": role.get("value")} for role in api.get("appRoles", ())]
    return {**api, "appRoles": roles}


async def _build_slice(services: InventoryServices, read: FullRead, apis: KnownApis, now: datetime) -> FullRead | None:
    name = read.step or SLICES[0]
    built = await build_slice(services, name, read, apis, now)
    following = SLICES.index(name) + 1
    if following == len(SLICES):
        return None
    return replace(_counted(read, built), step=SLICES[following])


def _counted(read: FullRead, objects: int) -> FullRead:
    stage = read.stage.value
    return replace(read, objects={**read.objects, stage: read.objects.get(stage, 0) + objects})


def _next_stage(read: FullRead) -> FullRead:
    following = read.stage.next
    return read if following is None else replace(read, stage=following, step=None)
