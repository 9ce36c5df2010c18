"""Apps that a run changed, until the list shows them."""

from collections.abc import Iterable
from datetime import datetime

from shared.domain.app_summaries import AppSummary
from shared.domain.apps import App
from shared.domain.errors import Conflict
from shared.domain.judge_traits import reached_by
from shared.domain.summarize import summary_of
from shared.pipeline.inventory.escalations import find_paths
from shared.pipeline.inventory.services import InventoryServices

_MOST_TRIES = 8


class ListedChanges:
    """``is_rebuilt``: what changed is known to the stored apps only, so the list is made anew from them."""

    def __init__(self, services: InventoryServices, now: datetime, *, is_rebuilt: bool) -> None:
        self._services = services
        self._now = now
        self._is_rebuilt = is_rebuilt
        self._rows: dict[str, AppSummary] = {}
        self._owners: dict[str, tuple[str, ...]] = {}

    def __len__(self) -> int:
        return len(self._rows)

    async def keep(self, apps: Iterable[App]) -> None:
        for app in apps:
            self._rows[app.app_id] = await _row_of(self._services, app, self._now)
            self._owners[app.app_id] = _owning_apps(app)

    def rebuild(self) -> None:
        self._is_rebuilt = True

    async def show(self) -> None:
        """Raises Conflict if others wrote the list again and again meanwhile."""
        for _ in range(_MOST_TRIES):
            try:
                if self._is_rebuilt:
                    await self._services.app_list.rebuild(self._now)
                else:
                    await self._services.app_list.update(list(self._rows.values()), self._owners)
            except Conflict:
                continue  # A run before was slow to die, or the other collector wrote as well.
            self._rows, self._owners, self._is_rebuilt = {}, {}, False
            return
        raise Conflict("others wrote the list of apps meanwhile")


async def _row_of(services: InventoryServices, app: App, now: datetime) -> AppSummary:
    """What apps that own this one reach by it changes with the next list that is made anew."""
    found = await find_paths(services, app)
    reached = frozenset(path.target for path in found.paths if path.through)
    if found.is_cut:
        listed = (await services.app_list.rows([app.app_id])).get(app.app_id)
        reached |= reached_by(listed.traits) if listed else frozenset()
    return summary_of(app, now, reached)


def _owning_apps(app: App) -> tuple[str, ...]:
    owners = app.owners if isinstance(app.owners, tuple) else ()
    return tuple(each.id for each in owners if each.kind == "servicePrincipal")
