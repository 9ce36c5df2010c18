"""The directory with every object checked as it comes: the one place where what Graph says is believed or not."""

import logging
from collections.abc import Callable, Iterable, Sequence

from msgspec.structs import replace

from shared.domain.directory import (
    DirectoryKind,
    DirectoryObject,
    DirectoryPage,
    RegistrationParts,
    ServicePrincipalParts,
)
from shared.pipeline.inventory.ports import DirectoryReader
from shared.sources.fields import guid
from shared.sources.inventory_soundness import sound, sound_change

_log = logging.getLogger(__name__)

type _Check = Callable[[DirectoryObject], tuple[DirectoryObject | None, Sequence[str]]]


class SoundDirectory:
    """A DirectoryReader. Objects carry the ids of their kind, those of changes any id; what is at fault is logged.

    Assignments of directory roles carry the name of their role as ``roleName``: names are read once.
    """

    def __init__(self, directory: DirectoryReader) -> None:
        self._directory = directory
        self._role_names: dict[str, str] | None = None

    async def latest(self, kind: DirectoryKind) -> str:
        return await self._directory.latest(kind)

    async def list_page(self, kind: DirectoryKind, link: str | None) -> DirectoryPage:
        page = await self._directory.list_page(kind, link)
        objects = _objects(kind, page.objects)
        return replace(page, objects=await self._named(objects) if kind is DirectoryKind.ROLE_ASSIGNMENTS else objects)

    async def count(self, kind: DirectoryKind) -> int:
        return await self._directory.count(kind)

    async def role_names(self) -> dict[str, str]:
        if self._role_names is None:
            self._role_names = await self._directory.role_names()
        return self._role_names

    async def members(self, group_id: str, link: str | None) -> DirectoryPage:
        page = await self._directory.members(group_id, link)
        return replace(page, objects=tuple(each for each in page.objects if guid(each.get("id"))))

    async def changes(self, link: str) -> DirectoryPage:
        page = await self._directory.changes(link)
        return replace(page, objects=tuple(_checked(page.objects, "change", sound_change)))

    async def apis(self, app_ids: Sequence[str]) -> tuple[DirectoryObject, ...]:
        return _objects(DirectoryKind.SERVICE_PRINCIPALS, await self._directory.apis(app_ids))

    async def assigned_to(self, api_object_id: str, link: str | None) -> DirectoryPage:
        page = await self._directory.assigned_to(api_object_id, link)
        return replace(page, objects=_objects(DirectoryKind.APP_ROLE_ASSIGNMENTS, page.objects))

    async def find(self, object_ids: Sequence[str]) -> tuple[DirectoryObject, ...]:
        # Both kinds that it finds have the same ids.
        return _objects(DirectoryKind.APPLICATIONS, await self._directory.find(object_ids))

    async def parts(self, service_principal_ids: Sequence[str]) -> dict[str, ServicePrincipalParts | None]:
        found = await self._directory.parts(service_principal_ids)
        return {object_id: await self._parts(parts) if parts else None for object_id, parts in found.items()}

    async def registration_parts(self, registration_ids: Sequence[str]) -> dict[str, RegistrationParts | None]:
        return await self._directory.registration_parts(registration_ids)

    async def _parts(self, parts: ServicePrincipalParts) -> ServicePrincipalParts | None:
        principals = _objects(DirectoryKind.SERVICE_PRINCIPALS, [parts.principal])
        if not principals:
            return None
        return ServicePrincipalParts(
            principal=principals[0],
            owners=parts.owners,
            grants=_objects(DirectoryKind.GRANTS, parts.grants) if parts.grants is not None else None,
            app_role_assignments=_objects(DirectoryKind.APP_ROLE_ASSIGNMENTS, parts.app_role_assignments),
            role_assignments=await self._named(parts.role_assignments),
        )

    async def _named(self, assignments: tuple[DirectoryObject, ...] | None) -> tuple[DirectoryObject, ...] | None:
        """Checked, and with the names of their roles: without a request where there is nothing to name."""
        if not assignments:
            return assignments
        names = await self.role_names()
        kept = _objects(DirectoryKind.ROLE_ASSIGNMENTS, assignments)
        return tuple({**each, "roleName": names.get(each["roleDefinitionId"])} for each in kept)


def _objects(kind: DirectoryKind, items: Iterable[DirectoryObject]) -> tuple[DirectoryObject, ...]:
    return tuple(_checked(items, kind.value, lambda item: sound(kind, item)))


def _checked(items: Iterable[DirectoryObject], kind: str, check: _Check) -> Iterable[DirectoryObject]:
    for item in items:
        kept, faults = check(item)
        if faults:
            what = "object without its ids" if kept is None else "object with properties that cannot be kept"
            _log.warning(what, extra={"kind": kind, "properties": ", ".join(faults)})
        if kept is not None:
            yield kept
