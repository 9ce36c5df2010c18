"""The escalation paths of one app, those through apps that it owns included."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from shared.domain.apps import App
from shared.domain.escalation import EscalationPath, can_take_over_owned, own_paths, path_through
from shared.pipeline.inventory.services import InventoryServices

_DEEPEST: Final = 4
"""Apps taken over one after the other: no attacker needs more, and owners that own each other have no end."""
_MOST_APPS: Final = 50
"""Apps looked at in all; an app may own thousands, and the first few say what there is to mend."""

type _Chain = tuple[App, ...]
"""From the app that is asked about to one that it can take over, each the owner of the next."""


async def escalation_paths(services: InventoryServices, app: App) -> tuple[EscalationPath, ...]:
    """The shortest first. One read of owners and one of apps for each step of depth, so five of each at most.

    Each app is looked at once, by a shortest way to it.
    """
    paths = list(own_paths(app))
    visited = {app.app_id}
    level: list[_Chain] = [(app,)]
    for _ in range(_DEEPEST):
        level = await _taken_over(services, level, visited)
        paths.extend(_through(chain, path) for chain in level for path in own_paths(chain[-1]))
    return tuple(sorted(paths, key=lambda path: len(path.steps)))


async def _taken_over(services: InventoryServices, level: Sequence[_Chain], visited: set[str]) -> list[_Chain]:
    """The chains that are one app longer, of apps that were not visited yet; these are visited now."""
    by_principal = {
        chain[-1].service_principal_id: chain
        for chain in level
        if chain[-1].service_principal_id and can_take_over_owned(chain[-1])
    }
    if not by_principal:
        return []
    owned = await services.app_list.owned_by(sorted(by_principal))
    owners: dict[str, _Chain] = {}
    for principal_id, app_ids in sorted(owned.items()):
        for app_id in sorted(app_ids):
            if app_id not in visited and len(visited) < _MOST_APPS:
                visited.add(app_id)
                owners[app_id] = by_principal[principal_id]
    apps = await services.apps.get(list(owners))
    return [(*owners[app_id], apps[app_id]) for app_id in owners if app_id in apps and apps[app_id].deleted is None]


def _through(chain: _Chain, path: EscalationPath) -> EscalationPath:
    """The path of the last app, as the first one takes it."""
    for owner, owned in reversed(tuple(pairwise(chain))):
        path = path_through(owner, owned, path)
    return path
