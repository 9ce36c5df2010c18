"""The stages of a full read that take in pages: each page is in the mirror before the read moves on."""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from shared.domain.directory import DirectoryKind, DirectoryObject
from shared.domain.inventory_reads import FullRead, ReadStage
from shared.domain.microsoft import APIS_READ
from shared.pipeline.inventory.group_members import GroupMembers
from shared.pipeline.inventory.mirror_objects import mirror_objects, mirror_parts
from shared.pipeline.inventory.ports import DirectoryReader
from shared.pipeline.inventory.read_people import UserMarks
from shared.pipeline.inventory.registration_parts import mirror_registrations
from shared.pipeline.inventory.role_holders import RoleHolders
from shared.pipeline.inventory.services import InventoryServices

_MOST_EXPANDED = 20
"""Owners that Graph expands: so many may be more."""


class Step(Struct, frozen=True):
    """Where the read goes on, and the halves of apps that the step took in."""

    read: FullRead
    halves: tuple[DirectoryObject, ...] = ()


class StageReader:
    """Reads one page at a time. Keeps for the run who is in a group and who holds a role, which are asked for once."""

    def __init__(self, services: InventoryServices, directory: DirectoryReader) -> None:
        self._services = services
        self._directory = directory
        members = GroupMembers(directory)
        self._roles = RoleHolders(directory, members)
        self._marks = UserMarks(services, self._roles, members)

    async def page(self, read: FullRead) -> Step:
        match read.stage:
            case ReadStage.SERVICE_PRINCIPALS:
                return await self._principals(read)
            case ReadStage.APPLICATIONS:
                return await self._registrations(read)
            case ReadStage.APP_ROLE_ASSIGNMENTS:
                return Step(await self._assignments(read))
            case ReadStage.ROLE_ASSIGNMENTS:
                return Step(await self._role_assignments(read))
            case ReadStage.USERS:
                return Step(await self._users(read))
            case _:
                return Step(await self._list(read))

    async def _principals(self, read: FullRead) -> Step:
        page = await self._directory.list_page(DirectoryKind.SERVICE_PRINCIPALS, read.step)
        objects = [each if _has_all_owners(each) else _without_owners(each) for each in page.objects]
        stored = await mirror_objects(self._services, DirectoryKind.SERVICE_PRINCIPALS, objects, read.number)
        full = [item["id"] for item in page.objects if not _has_all_owners(item)]
        for object_id, parts in (await self._directory.parts(full)).items() if full else ():
            if parts is not None:
                await mirror_parts(self._services, parts, read.number)
            else:
                await self._services.app_requests.want([object_id])
        return Step(_after_page(read, len(page.objects), page.next_link), tuple(stored))

    async def _registrations(self, read: FullRead) -> Step:
        page = await self._directory.list_page(DirectoryKind.APPLICATIONS, read.step)
        full = [each for each in page.objects if not _has_all_owners(each)]
        others = list(filter(_has_all_owners, page.objects))
        stored = await mirror_objects(self._services, DirectoryKind.APPLICATIONS, others, read.number)
        whole = await mirror_registrations(self._services, self._directory, full, read.number)
        if lagging := [each["id"] for each in whole if "owners" not in each]:
            await self._services.app_requests.want(lagging)
        stored += whole
        return Step(_after_page(read, len(page.objects), page.next_link), tuple(stored))

    async def _list(self, read: FullRead) -> FullRead:
        """Grants, federated credentials of those registrations that have any, and what was deleted."""
        kind = DirectoryKind(read.stage.value)
        page = await self._directory.list_page(kind, read.step)
        kept: Sequence[DirectoryObject] = page.objects
        if kind is DirectoryKind.FEDERATED_CREDENTIALS:
            kept = [each for each in page.objects if each.get("federatedIdentityCredentials")]
        await mirror_objects(self._services, kind, kept, read.number)
        return _after_page(read, len(kept), page.next_link)

    async def _assignments(self, read: FullRead) -> FullRead:
        """Of the APIs that matter, one after the other: to ask each app for its own would take a request an app."""
        if not read.api_ids:
            apis = await self._directory.apis(sorted(APIS_READ))
            await self._services.mirror.save_apis([_with_names_of_roles(api) for api in apis])
            # A page may come twice.
            read = replace(read, api_ids=tuple(dict.fromkeys(api["id"] for api in apis)))
        if read.apis_done == len(read.api_ids):
            return next_stage(read)
        page = await self._directory.assigned_to(read.api_ids[read.apis_done], read.step)
        await mirror_objects(self._services, DirectoryKind.APP_ROLE_ASSIGNMENTS, page.objects, read.number)
        done = read.apis_done + (page.next_link is None)
        following = replace(counted(read, len(page.objects)), step=page.next_link, apis_done=done)
        return next_stage(following) if done == len(read.api_ids) else following

    async def _role_assignments(self, read: FullRead) -> FullRead:
        page, of_principals = await self._roles.page(read.step)
        await mirror_objects(self._services, DirectoryKind.ROLE_ASSIGNMENTS, of_principals, read.number)
        return _after_page(read, len(page.objects), page.next_link)

    async def _users(self, read: FullRead) -> FullRead:
        page = await self._directory.list_page(DirectoryKind.USERS, read.step)
        are_roles_read = ReadStage.ROLE_ASSIGNMENTS.value not in read.skipped
        people = await self._marks.people(page.objects, are_roles_read=are_roles_read)
        await self._services.people.save(people, read.number)
        if page.next_link is None:
            await self._services.people.mark(read.number)
        if note := self._marks.note:
            read = replace(read, notes={**read.notes, read.stage.value: note[:500]})
        return _after_page(read, len(page.objects), page.next_link)


def counted(read: FullRead, objects: int) -> FullRead:
    """Having gone on: failures are forgotten, but for those of a stage whose links are lost again and again."""
    stage = read.stage.value
    count = {**read.objects, stage: read.objects.get(stage, 0) + objects}
    return replace(read, objects=count, failures=read.failures if read.restarts else 0)


def restarted(read: FullRead) -> FullRead:
    """At the start of its stage once more, with nothing of it counted."""
    objects = {stage: count for stage, count in read.objects.items() if stage != read.stage.value}
    return replace(read, step=None, apis_done=0, objects=objects, restarts=read.restarts + 1)


def next_stage(read: FullRead) -> FullRead:
    following = read.stage.next
    return read if following is None else replace(read, stage=following, step=None, restarts=0, failures=0)


def _after_page(read: FullRead, objects: int, next_link: str | None) -> FullRead:
    following = counted(read, objects)
    return replace(following, step=next_link) if next_link else next_stage(following)


def _has_all_owners(item: DirectoryObject) -> bool:
    """Also what has none."""
    return len(item.get("owners", ())) < _MOST_EXPANDED


def _without_owners(item: DirectoryObject) -> DirectoryObject:
    """Some of them, taken for all, would be wrong: they are unknown until all are read."""
    return {name: value for name, value in item.items() if name != "owners"}


def _with_names_of_roles(api: DirectoryObject) -> DirectoryObject:
    """Without what else is told of roles: with their descriptions, the roles of Microsoft Graph about fill a row."""
    roles = [{"id": role.get("id"), "value": role.get("value")} for role in api.get("appRoles", ())]
    return {**api, "appRoles": roles}
