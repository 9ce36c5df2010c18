"""What hangs on registrations, and a lookup does not tell: all owners (a list tells twenty), federated credentials."""

from collections.abc import Sequence
from itertools import batched

from shared.domain.directory import RegistrationParts
from shared.graph import queries
from shared.graph.batches import MOST, Read, all_of, read_batch
from shared.graph.connection import GraphConnection
from shared.graph.endpoints import FEDERATED_CREDENTIALS, REGISTRATION_OWNERS
from shared.sources.fields import guid

_REQUESTS_EACH = 2


async def read_registration_parts(
    connection: GraphConnection, registration_ids: Sequence[str]
) -> dict[str, RegistrationParts | None]:
    """By id; None for one that is gone, or so new that a replica does not know it yet."""
    found: dict[str, RegistrationParts | None] = dict.fromkeys(registration_ids)
    for some in batched(filter(guid, found), MOST // _REQUESTS_EACH, strict=False):
        reads = {key: read for object_id in some for key, read in _reads(object_id).items()}
        bodies = await read_batch(connection, reads)
        for object_id in some:
            owners, credentials = bodies[f"{object_id}/owners"], bodies[f"{object_id}/credentials"]
            if owners is not None and credentials is not None:
                found[object_id] = RegistrationParts(
                    owners=await all_of(connection, REGISTRATION_OWNERS, owners),
                    federated_credentials=await all_of(connection, FEDERATED_CREDENTIALS, credentials),
                )
    return found


def _reads(object_id: str) -> dict[str, Read]:
    return {
        f"{object_id}/owners": Read(REGISTRATION_OWNERS, queries.registration_owners_path(object_id)),
        f"{object_id}/credentials": Read(FEDERATED_CREDENTIALS, queries.federated_credentials_path(object_id)),
    }
