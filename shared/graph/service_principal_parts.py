"""A service principal and all that hangs on it, read together: five requests each, four service principals a batch."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import batched
from typing import Any

from shared.domain.directory import DirectoryObject, ServicePrincipalParts
from shared.domain.errors import Unavailable
from shared.graph import queries
from shared.graph.batches import MOST, REFUSED, Read, all_of, read_batch
from shared.graph.connection import GraphConnection
from shared.graph.endpoints import ASSIGNMENTS, OWN_GRANTS, OWNERS, ROLE_ASSIGNMENTS, SERVICE_PRINCIPALS, Endpoint
from shared.sources.fields import guid

_HELD: Mapping[str, tuple[Endpoint, Callable[[str], str]]] = {
    "owners": (OWNERS, queries.owners_path),
    "app_role_assignments": (ASSIGNMENTS, queries.assignments_path),
    "grants": (OWN_GRANTS, queries.own_grants_path),
    "role_assignments": (ROLE_ASSIGNMENTS, queries.own_roles_path),
}
"""The parts by their name in ``ServicePrincipalParts``."""
_MAY_BE_REFUSED = frozenset({"grants", "role_assignments"})
"""They take a permission of their own, without which the rest is still to be had."""


async def read_parts(
    connection: GraphConnection, service_principal_ids: Sequence[str]
) -> dict[str, ServicePrincipalParts | None]:
    """By id; None for one that is gone, or so new that a replica does not know it yet."""
    found: dict[str, ServicePrincipalParts | None] = dict.fromkeys(service_principal_ids)
    for some in batched(filter(guid, found), MOST // (1 + len(_HELD)), strict=False):
        reads = {key: read for object_id in some for key, read in _reads(object_id).items()}
        bodies = await read_batch(connection, reads)
        for object_id in some:
            found[object_id] = await _parts(connection, object_id, bodies)
    return found


async def read_switched(connection: GraphConnection, service_principal_id: str) -> ServicePrincipalParts | None:
    """One, with every property that Graph returns unasked, and all that comes back when it is undone.

    Without directory roles, which no switch touches. Raises PermissionMissing for whatever may not be read.
    """
    reads = {
        key: replace(read, may_be_refused=False)
        for key, read in _reads(service_principal_id).items()
        if not key.endswith("/role_assignments")
    }
    key = f"{service_principal_id}/principal"
    reads[key] = Read(SERVICE_PRINCIPALS, queries.principal_path(service_principal_id, whole=True))
    return await _parts(connection, service_principal_id, await read_batch(connection, reads))


def _reads(object_id: str) -> dict[str, Read]:
    principal = Read(SERVICE_PRINCIPALS, queries.principal_path(object_id, whole=False))
    held = {
        f"{object_id}/{name}": Read(endpoint, path(object_id), may_be_refused=name in _MAY_BE_REFUSED)
        for name, (endpoint, path) in _HELD.items()
    }
    return {f"{object_id}/principal": principal, **held}


async def _parts(
    connection: GraphConnection, object_id: str, bodies: Mapping[str, Any]
) -> ServicePrincipalParts | None:
    principal = bodies[f"{object_id}/principal"]
    if principal is None:
        return None
    owners, app_roles, grants, directory_roles = [
        await _held(connection, endpoint, bodies.get(f"{object_id}/{name}", REFUSED))
        for name, (endpoint, _) in _HELD.items()
    ]
    return ServicePrincipalParts(
        principal=principal,
        owners=owners or (),
        app_role_assignments=app_roles or (),
        grants=grants,
        role_assignments=directory_roles,
    )


async def _held(connection: GraphConnection, endpoint: Endpoint, body: Any) -> tuple[DirectoryObject, ...] | None:
    """None where it was not read."""
    if body is REFUSED:
        return None
    if body is None:
        # One replica has the principal and another has not: taken for "none", it would strip the app of its parts.
        raise Unavailable(f"{endpoint.name} does not know a service principal that is there")
    return await all_of(connection, endpoint, body)
