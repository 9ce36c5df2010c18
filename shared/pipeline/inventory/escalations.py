"""The escalation paths of one app, those through apps that it owns included.

An app may own thousands. The list tells which of them reach something, or may take over others, and only those are
looked at.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

from msgspec import Struct

from shared.domain.app_summaries import AppSummary
from shared.domain.app_traits import Trait
from shared.domain.apps import App
from shared.domain.escalation import (
    MOST_TAKEN_OVER,
    TAKES_OVER,
    EscalationPath,
    can_take_over_owned,
    own_paths,
    path_through,
)
from shared.pipeline.inventory.services import InventoryServices

_MOST_APPS: Final = 50
"""Apps looked at in all. Those come first that reach most, so that none of what can be reached is missed for it."""
_TARGETS: Final = (Trait.CAN_BECOME_GLOBAL_ADMINISTRATOR, Trait.CAN_READ_EVERY_MAILBOX)

type _Chain = tuple[App, ...]
"""From the app that is asked about to one that it can take over, each the owner of the next."""


class FoundPaths(Struct, frozen=True, kw_only=True):
    """``is_cut``: there were more apps to look at, and more paths may lead through those."""

    paths: tuple[EscalationPath, ...]
    is_cut: bool


async def escalation_paths(services: InventoryServices, app: App) -> tuple[EscalationPath, ...]:
    """The shortest first, as far as ``find_paths`` looks."""
    return (await find_paths(services, app)).paths


async def find_paths(services: InventoryServices, app: App) -> FoundPaths:
    """The shortest first. Two questions to the list and one read of apps for each step of depth.

    Each app is looked at once, by a shortest way to it.
    """
    paths = list(own_paths(app))
    visited = {app.app_id}
    level: list[_Chain] = [(app,)]
    is_cut = False
    for _ in range(MOST_TAKEN_OVER):
        owners = await _worth_a_look(services, level, visited)
        looked_at = dict(list(owners.items())[: _MOST_APPS - len(visited)])
        is_cut = is_cut or len(looked_at) < len(owners)
        visited |= looked_at.keys()
        apps = await services.apps.get(list(looked_at))
        level = [(*looked_at[each], apps[each]) for each in looked_at if each in apps and apps[each].deleted is None]
        paths.extend(_through(chain, path) for chain in level for path in own_paths(chain[-1]))
    return FoundPaths(paths=tuple(sorted(paths, key=lambda path: len(path.steps))), is_cut=is_cut)


async def _worth_a_look(
    services: InventoryServices, level: Sequence[_Chain], visited: set[str]
) -> Mapping[str, _Chain]:
    """Apps that were not visited yet, with the chain that takes each over; those that reach most are the first."""
    by_principal = {
        chain[-1].service_principal_id: chain
        for chain in level
        if chain[-1].service_principal_id and can_take_over_owned(chain[-1])
    }
    if not by_principal:
        return {}
    owners: dict[str, _Chain] = {}
    for principal_id, app_ids in sorted((await services.app_list.owned_by(sorted(by_principal))).items()):
        for app_id in app_ids:
            if app_id not in visited:
                owners.setdefault(app_id, by_principal[principal_id])
    rows = await services.app_list.rows(list(owners))
    worth = [
        row
        for row in rows.values()
        if not row.deleted and (_reaches(row) or not TAKES_OVER.isdisjoint(row.permissions))
    ]
    worth.sort(key=lambda row: ([target not in row.traits for target in _TARGETS], row.app_id))
    return {row.app_id: owners[row.app_id] for row in worth}


def _reaches(row: AppSummary) -> bool:
    return any(target in row.traits for target in _TARGETS)


def _through(chain: _Chain, path: EscalationPath) -> EscalationPath:
    """The path of the last app, as the first one takes it."""
    for owner, owned in reversed(tuple(pairwise(chain))):
        path = path_through(owner, owned, path)
    return path
