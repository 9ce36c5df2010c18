"""The table behind ``permissions.py``: one line a permission, each high one with its own reason.

To change a privilege, move its line. ``graph_high.py`` and ``graph_high_by_kind.py`` hold what Microsoft Graph has of
high ones, ``graph_lesser.py`` and ``graph_lesser_by_kind.py`` the rest by the reason they share, ``other_apis.py`` all
other APIs. Ids stand apart, in ``graph_ids_*.py`` and ``other_ids.py``.

Names come from an API's own service principal. Ids are those of its ``appRoles`` and ``oauth2PermissionScopes``, the
same in every tenant, and serve where a record tells nothing else. Exchange Online reuses the ids of Microsoft Graph's
mail roles, and some APIs use one id for both kinds of a permission: such an id stands here once, and its name is right
for all of them. A permission of which no id is known for sure has none.

Permissions that a team or chat gives for itself alone (their names end in ``.Group`` or ``.Chat``) are not here: no
inventory of consents holds them.
"""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from shared.domain.apps import PermissionKind
from shared.domain.microsoft import MICROSOFT_GRAPH
from shared.domain.permission_table.graph_high import BOTH_KINDS
from shared.domain.permission_table.graph_high_by_kind import APPLICATION, DELEGATED
from shared.domain.permission_table.graph_ids_application_high import APPLICATION_HIGH
from shared.domain.permission_table.graph_ids_application_lesser import APPLICATION_LESSER
from shared.domain.permission_table.graph_ids_delegated_high import DELEGATED_HIGH
from shared.domain.permission_table.graph_ids_delegated_lesser import DELEGATED_LESSER
from shared.domain.permission_table.graph_lesser import LOW, MEDIUM, Group
from shared.domain.permission_table.graph_lesser_by_kind import (
    APPLICATION_LOW,
    APPLICATION_MEDIUM,
    DELEGATED_LOW,
    DELEGATED_MEDIUM,
)
from shared.domain.permission_table.other_apis import OTHER_APIS
from shared.domain.permission_table.other_ids import OTHER_IDS
from shared.domain.privileges import Privilege


class PermissionRow(Struct, frozen=True):
    """One permission of one API. ``api`` is the API's appId; ``reason`` says what it lets an app do."""

    api: str
    name: str
    kind: PermissionKind
    privilege: Privilege
    reason: str


class PermissionFact(PermissionRow, frozen=True):
    """A permission whose id is known: that of the app role or scope, in lower case."""

    id: str


def _table() -> Iterator[PermissionRow]:
    ids = _ids()
    for (api, kind), by_privilege in _reasons().items():
        for privilege, reasons in by_privilege.items():
            for name, reason in reasons.items():
                row = (api, name, kind, privilege, reason)
                known = ids.get((api, kind), {}).get(name)
                yield PermissionFact(*row, known) if known else PermissionRow(*row)


def _reasons() -> Mapping[tuple[str, PermissionKind], Mapping[Privilege, Mapping[str, str]]]:
    return {
        (MICROSOFT_GRAPH, PermissionKind.APPLICATION): {
            Privilege.HIGH: {**BOTH_KINDS, **APPLICATION},
            Privilege.MEDIUM: {**_each(MEDIUM), **_each(APPLICATION_MEDIUM)},
            Privilege.LOW: {**_each(LOW), **_each(APPLICATION_LOW)},
        },
        (MICROSOFT_GRAPH, PermissionKind.DELEGATED): {
            Privilege.HIGH: {**BOTH_KINDS, **DELEGATED},
            Privilege.MEDIUM: {**_each(MEDIUM), **_each(DELEGATED_MEDIUM)},
            Privilege.LOW: {**_each(LOW), **_each(DELEGATED_LOW)},
        },
        **OTHER_APIS,
    }


def _ids() -> Mapping[tuple[str, PermissionKind], Mapping[str, str]]:
    return {
        (MICROSOFT_GRAPH, PermissionKind.APPLICATION): {**APPLICATION_HIGH, **APPLICATION_LESSER},
        (MICROSOFT_GRAPH, PermissionKind.DELEGATED): {**DELEGATED_HIGH, **DELEGATED_LESSER},
        **OTHER_IDS,
    }


def _each(group: Group) -> dict[str, str]:
    return {name: reason for reason, names in group.items() for name in names}


ROWS = tuple(_table())
PERMISSIONS = tuple(row for row in ROWS if isinstance(row, PermissionFact))
"""Those whose ids are known."""
