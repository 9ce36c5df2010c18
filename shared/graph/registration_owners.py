"""All owners of registrations: a lookup tells none of them and a list at most 20. One request each, twenty a batch."""

from collections.abc import Sequence
from itertools import batched

from shared.domain.directory import DirectoryObject
from shared.graph import queries
from shared.graph.batches import MOST, Read, all_of, read_batch
from shared.graph.connection import GraphConnection
from shared.graph.endpoints import REGISTRATION_OWNERS
from shared.sources.fields import guid


async def read_registration_owners(
    connection: GraphConnection, registration_ids: Sequence[str]
) -> dict[str, tuple[DirectoryObject, ...] | None]:
    """By id; None for one that is gone, or so new that a replica does not know it yet."""
    found: dict[str, tuple[DirectoryObject, ...] | None] = dict.fromkeys(registration_ids)
    for some in batched(filter(guid, found), MOST, strict=False):
        reads = {each: Read(REGISTRATION_OWNERS, queries.registration_owners_path(each)) for each in some}
        bodies = await read_batch(connection, reads)
        for each in some:
            if bodies[each] is not None:
                found[each] = await all_of(connection, REGISTRATION_OWNERS, bodies[each])
    return found
