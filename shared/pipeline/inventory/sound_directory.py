"""The directory with every object checked as it comes: the one place where what Graph says is believed or not."""

import logging
from collections.abc import Callable, Iterable, Sequence

from msgspec.structs import replace

from shared.domain.directory import DirectoryKind, DirectoryObject, DirectoryPage, ServicePrincipalParts
from shared.pipeline.inventory.ports import DirectoryReader
from shared.sources.inventory_soundness import sound, sound_change

_log = logging.getLogger(__name__)

type _Check = Callable[[DirectoryObject], tuple[DirectoryObject | None, Sequence[str]]]


class SoundDirectory:
    """A DirectoryReader. Objects carry the ids of their kind, those of changes any id; what is at fault is logged."""

    def __init__(self, directory: DirectoryReader) -> None:
        self._directory = directory

    async def latest(self, kind: DirectoryKind) -> str:
        return await self._directory.latest(kind)

    async def list_page(self, kind: DirectoryKind, link: str | None) -> DirectoryPage:
        page = await self._directory.list_page(kind, link)
        return replace(page, objects=_objects(kind, page.objects))

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
        return {object_id: _parts(parts) if parts is not None else None for object_id, parts in found.items()}

    async def registration_owners(
        self, registration_ids: Sequence[str]
    ) -> dict[str, tuple[DirectoryObject, ...] | None]:
        return await self._directory.registration_owners(registration_ids)


def _parts(parts: ServicePrincipalParts) -> ServicePrincipalParts | None:
    principals = _objects(DirectoryKind.SERVICE_PRINCIPALS, [parts.principal])
    if not principals:
        return None
    return ServicePrincipalParts(
        principal=principals[0],
        owners=parts.owners,
        grants=_objects(DirectoryKind.GRANTS, parts.grants),
        app_role_assignments=_objects(DirectoryKind.APP_ROLE_ASSIGNMENTS, parts.app_role_assignments),
    )


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
