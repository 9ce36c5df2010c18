"""A service principal and all that hangs on it, read together: four requests each, five service principals a batch."""

from collections.abc import Mapping, Sequence
from itertools import batched
from typing import Any

from shared.domain.directory import DirectoryObject, ServicePrincipalParts
from shared.domain.errors import Unavailable
from shared.graph import queries
from shared.graph.batches import MOST, Read, all_of, read_batch
from shared.graph.connection import GraphConnection
from shared.graph.endpoints import ASSIGNMENTS, OWN_GRANTS, OWNERS, SERVICE_PRINCIPALS, Endpoint
from shared.sources.fields import guid

_REQUESTS_EACH = 4


async def read_parts(
    connection: GraphConnection, service_principal_ids: Sequence[str], *, whole: bool
) -> dict[str, ServicePrincipalParts | None]:
    """By id; None for one that is gone, or so new that a replica does not know it yet.

    ``whole``: the principal with every property that Graph returns unasked, else as in the list.
    """
    found: dict[str, ServicePrincipalParts | None] = dict.fromkeys(service_principal_ids)
    for some in batched(filter(guid, found), MOST // _REQUESTS_EACH, strict=False):
        reads = {key: read for object_id in some for key, read in _reads(object_id, whole=whole).items()}
        bodies = await read_batch(connection, reads)
        for object_id in some:
            found[object_id] = await _parts(connection, object_id, bodies)
    return found


def _reads(object_id: str, *, whole: bool) -> dict[str, Read]:
    return {
        f"{object_id}/principal": Read(SERVICE_PRINCIPALS, queries.principal_path(object_id, whole=whole)),
        f"{object_id}/owners": Read(OWNERS, queries.owners_path(object_id)),
        f"{object_id}/assignments": Read(ASSIGNMENTS, queries.assignments_path(object_id)),
        f"{object_id}/grants": Read(OWN_GRANTS, queries.own_grants_path(object_id)),
    }


async def _parts(
    connection: GraphConnection, object_id: str, bodies: Mapping[str, Any]
) -> ServicePrincipalParts | None:
    principal = bodies[f"{object_id}/principal"]
    if principal is None:
        return None
    return ServicePrincipalParts(
        principal=principal,
        owners=await _held(connection, OWNERS, bodies[f"{object_id}/owners"]),
        app_role_assignments=await _held(connection, ASSIGNMENTS, bodies[f"{object_id}/assignments"]),
        grants=await _held(connection, OWN_GRANTS, bodies[f"{object_id}/grants"]),
    )


async def _held(connection: GraphConnection, endpoint: Endpoint, body: Any) -> tuple[DirectoryObject, ...]:
    if body is None:
        # One replica has the principal and another has not: taken for "none", it would strip the app of its parts.
        raise Unavailable(f"{endpoint.name} does not know a service principal that is there")
    return await all_of(connection, endpoint, body)
