"""From the directory to the mirror: objects as they come, their ids checked and in one form, their aliases learned."""

import logging
from collections.abc import Sequence

from shared.domain.app_references import Alias
from shared.domain.directory import DirectoryKind, DirectoryObject, ServicePrincipalParts
from shared.pipeline.inventory.services import InventoryServices
from shared.sources.fields import text
from shared.sources.inventory_soundness import sound

_log = logging.getLogger(__name__)


async def mirror_objects(
    services: InventoryServices, kind: DirectoryKind, objects: Sequence[DirectoryObject], read: int
) -> list[DirectoryObject]:
    """Store objects of one kind and return them as stored; one without the ids of its kind is logged and left out."""
    kept = _kept(kind, objects)
    await services.mirror.save(kind, kept, read)
    await _learn(services, kind, kept)
    return kept


async def mirror_parts(services: InventoryServices, parts: ServicePrincipalParts, read: int) -> DirectoryObject | None:
    """Store one service principal in place of all that was known of it; None where it has no sound ids."""
    kept = _kept(DirectoryKind.SERVICE_PRINCIPALS, [parts.principal])
    if not kept:
        return None
    whole = ServicePrincipalParts(
        principal=kept[0],
        owners=parts.owners,
        app_role_assignments=tuple(_kept(DirectoryKind.APP_ROLE_ASSIGNMENTS, parts.app_role_assignments)),
        grants=_if_read(DirectoryKind.GRANTS, parts.grants),
        role_assignments=_if_read(DirectoryKind.ROLE_ASSIGNMENTS, parts.role_assignments),
    )
    await services.mirror.replace_principal(whole, read)
    await _learn(services, DirectoryKind.SERVICE_PRINCIPALS, kept)
    return kept[0]


def _if_read(kind: DirectoryKind, objects: Sequence[DirectoryObject] | None) -> tuple[DirectoryObject, ...] | None:
    return tuple(_kept(kind, objects)) if objects is not None else None


def _kept(kind: DirectoryKind, objects: Sequence[DirectoryObject]) -> list[DirectoryObject]:
    kept: list[DirectoryObject] = []
    for item in objects:
        found, _ = sound(kind, item)
        if found is None:
            # Of a change that was merged into what was known: all else was checked as it came.
            _log.warning("object without its ids", extra={"kind": kind.value})
        elif item.get("principalType", "ServicePrincipal") == "ServicePrincipal":  # roles of users are no app's
            kept.append(found)
    return kept


async def _learn(services: InventoryServices, kind: DirectoryKind, objects: Sequence[DirectoryObject]) -> None:
    if kind in {DirectoryKind.SERVICE_PRINCIPALS, DirectoryKind.APPLICATIONS}:
        await services.aliases.learn([Alias(item["id"], item["appId"], text(item, "displayName")) for item in objects])
