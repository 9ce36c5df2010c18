"""From the directory to the mirror: objects as they come, their ids checked and in one form, their aliases learned."""

import logging
from collections.abc import Sequence

from shared.domain.app_references import Alias
from shared.domain.directory import DirectoryKind, DirectoryObject, ServicePrincipalParts
from shared.pipeline.inventory_services import InventoryServices
from shared.sources.fields import guid, text

_GUIDS = {
    DirectoryKind.SERVICE_PRINCIPALS: ("id", "appId"),
    DirectoryKind.APPLICATIONS: ("id", "appId"),
    DirectoryKind.GRANTS: ("clientId", "resourceId"),
    DirectoryKind.APP_ROLE_ASSIGNMENTS: ("principalId", "resourceId"),
}
_log = logging.getLogger(__name__)


async def mirror_objects(
    services: InventoryServices, kind: DirectoryKind, objects: Sequence[DirectoryObject], read: int
) -> list[DirectoryObject]:
    """Store objects of one kind and return them as stored; one without the ids of its kind is logged and left out."""
    sound = _sound(kind, objects)
    await services.mirror.save(kind, sound, read)
    await _learn(services, kind, sound)
    return sound


async def mirror_parts(services: InventoryServices, parts: ServicePrincipalParts, read: int) -> DirectoryObject | None:
    """Store one service principal in place of all that was known of it; None where it has no sound ids."""
    kept = _sound(DirectoryKind.SERVICE_PRINCIPALS, [parts.principal])
    if not kept:
        return None
    sound = ServicePrincipalParts(
        principal=kept[0],
        owners=parts.owners,
        grants=tuple(_sound(DirectoryKind.GRANTS, parts.grants)),
        app_role_assignments=tuple(_sound(DirectoryKind.APP_ROLE_ASSIGNMENTS, parts.app_role_assignments)),
    )
    await services.mirror.replace_principal(sound, read)
    await _learn(services, DirectoryKind.SERVICE_PRINCIPALS, kept)
    return kept[0]


def _sound(kind: DirectoryKind, objects: Sequence[DirectoryObject]) -> list[DirectoryObject]:
    sound: list[DirectoryObject] = []
    for item in objects:
        ids = {name: guid(item.get(name)) for name in _GUIDS[kind]}
        if text(item, "id") is None or None in ids.values():
            _log.warning("object without its ids", extra={"kind": kind.value})
        elif item.get("principalType", "ServicePrincipal") == "ServicePrincipal":  # roles of users are no app's
            sound.append({**item, **ids})
    return sound


async def _learn(services: InventoryServices, kind: DirectoryKind, objects: Sequence[DirectoryObject]) -> None:
    if kind in {DirectoryKind.SERVICE_PRINCIPALS, DirectoryKind.APPLICATIONS}:
        await services.aliases.learn([Alias(item["id"], item["appId"], text(item, "displayName")) for item in objects])
