"""Apps that are stored as there while the mirror has nothing of them any more.

Who dies after a service principal went from the mirror, and before its app was built again, leaves one: no change and
no slice leads to it any more.
"""

from itertools import batched
from typing import Final

from shared.domain.apps import App
from shared.pipeline.inventory.rebuild_apps import Basis, rebuild_apps
from shared.pipeline.inventory.services import InventoryServices

_MOST_AT_A_TIME: Final = 500


async def rebuild_strays(services: InventoryServices, basis: Basis) -> None:
    """Reads all apps once: only when all slices are built, so that none that was added again is taken for gone."""
    known = await services.mirror.owners()
    strays = [app.app_id async for app in services.apps.all() if app.deleted is None and _owner(app) not in known]
    for some in batched(strays, _MOST_AT_A_TIME, strict=False):
        await rebuild_apps(services, dict.fromkeys(some), basis)


def _owner(app: App) -> str:
    return app.service_principal_id or app.app_id
