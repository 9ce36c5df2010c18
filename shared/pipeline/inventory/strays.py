"""Apps that are stored as there while the mirror has nothing of them any more.

Who dies after a service principal went from the mirror, and before its app was built again, leaves one: no change and
no slice leads to it any more.
"""

from shared.domain.apps import App
from shared.domain.mirror import SLICES
from shared.pipeline.inventory.rebuild_apps import Basis, rebuild_apps
from shared.pipeline.inventory.services import InventoryServices


async def rebuild_strays(services: InventoryServices, basis: Basis) -> None:
    """Reads all apps once: only when all slices are built, so that none that was added again is taken for gone."""
    known = await services.mirror.owners()
    for partition in SLICES:
        apps = await services.apps.in_partition(partition)
        strays = [app.app_id for app in apps if app.deleted is None and _owner(app) not in known]
        if strays:
            await rebuild_apps(services, dict.fromkeys(strays), basis)


def _owner(app: App) -> str:
    return app.service_principal_id or app.app_id
