"""Apps of the very first read, page by page: in a large tenant it takes hours, and what is known can be shown."""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from shared.domain.directory import DirectoryKind, DirectoryObject
from shared.domain.mirror import MirroredPrincipal, MirroredRegistration
from shared.pipeline.inventory.halves import Halves
from shared.pipeline.inventory.rebuild_apps import Basis, Rebuilt, Stored, save_rebuilt
from shared.pipeline.inventory.services import InventoryServices


async def show_page(
    services: InventoryServices, kind: DirectoryKind, objects: Sequence[DirectoryObject], basis: Basis
) -> Rebuilt:
    """Store the apps of one page of service principals or registrations; what was not read yet is unknown.

    What hangs on them is not looked for, and timelines are told once all is read: it takes little more than to store
    them.
    """
    items = {item["appId"]: item for item in objects}

    async def of_principals(_stored: Stored) -> Mapping[str, Halves]:
        return {app_id: Halves(_alone(item), None) for app_id, item in items.items()}

    async def of_registrations(stored: Stored) -> Mapping[str, Halves]:
        known = {app_id: stored[app_id][0].service_principal_id for app_id in items if app_id in stored}
        bodies = await services.mirror.bodies([each for each in known.values() if each])
        found: dict[str, Halves] = {}
        for app_id, item in items.items():
            principal = bodies.get(known.get(app_id) or "")
            half = _alone(principal) if principal is not None else None
            found[app_id] = Halves(half, MirroredRegistration(registration=item))
        return found

    read = of_principals if kind is DirectoryKind.SERVICE_PRINCIPALS else of_registrations
    return await save_rebuilt(services, list(items), read, replace(basis, tells=False))


def _alone(principal: DirectoryObject) -> MirroredPrincipal:
    return MirroredPrincipal(principal=principal, grants=(), app_role_assignments=())
