"""How many objects a collection has, about: Graph counts by an index that lags behind the directory."""

from shared.domain.directory import DirectoryKind
from shared.domain.errors import Unavailable
from shared.graph import queries
from shared.graph.connection import GraphConnection
from shared.graph.endpoints import COUNTED
from shared.graph.waits import patiently

_HEADERS = {"Accept": "text/plain", "ConsistencyLevel": "eventual"}
"""Asked for JSON, or to count what is certain, Graph refuses."""
_MOST_DIGITS = 12


async def read_count(connection: GraphConnection, kind: DirectoryKind) -> int:
    """Raises KeyError for a kind that is not counted."""
    endpoint = COUNTED[kind]

    async def attempt() -> int:
        url = connection.address_of(endpoint, queries.count_path(kind))
        response = await connection.send(endpoint, "GET", url, headers=_HEADERS)
        # Graph puts a mark of the encoding before the digits.
        told = response.content.removeprefix(b"\xef\xbb\xbf").strip()
        if not told.isdigit() or len(told) > _MOST_DIGITS:
            raise Unavailable(f"{endpoint.name} answered with no number")
        return int(told)

    return await patiently(attempt, connection.limits)
