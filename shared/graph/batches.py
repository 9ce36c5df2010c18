"""Requests sent together. A batch saves round trips, not quota: each request inside is counted and throttled alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec
from msgspec import Struct, field

from shared.domain.directory import DirectoryObject
from shared.domain.errors import PermissionMissing, Unavailable
from shared.graph.bodies import converted, decoded
from shared.graph.connection import GraphConnection
from shared.graph.endpoints import BATCH, Endpoint
from shared.graph.failures import code_in, failure_of
from shared.graph.pages import ObjectPage, pages_from
from shared.graph.waits import patiently, retry_after

MOST = 20
"""Requests that one batch may hold."""
REFUSED: Final = object()
"""In place of a body that we have no permission to read."""


@dataclass(frozen=True)
class Read:
    """One GET of a batch, by its path after the version. One that ``may_be_refused`` fails alone where we lack a
    permission for it, and its body is ``REFUSED``.
    """

    endpoint: Endpoint
    path: str
    may_be_refused: bool = False


class _Answer(Struct, frozen=True):
    id: str
    status: int
    headers: dict[str, Any] = field(default_factory=dict)
    body: Any = None


class _Answers(Struct, frozen=True):
    responses: list[_Answer]


async def read_batch(connection: GraphConnection, reads: Mapping[str, Read]) -> dict[str, Any]:
    """The body for each key of at most 20 ``reads``; None where Graph answers 404.

    Repeated within the connection's limits for those only that had no answer yet. Raises what a single request
    raises: nothing is returned unless everything was answered.
    """
    bodies: dict[str, Any] = {}

    async def attempt() -> None:
        missing = {key: read for key, read in reads.items() if key not in bodies}
        requests = [{"id": key, "method": "GET", "url": read.path} for key, read in missing.items()]
        content = msgspec.json.encode({"requests": requests})
        response = await connection.send(BATCH, "POST", connection.address_of(BATCH, "/$batch"), content)
        now = datetime.now(UTC)
        failures: list[Unavailable] = []
        # In any order, and perhaps with answers that nobody asked for.
        for answer in decoded(BATCH, response, _Answers).responses:
            if answer.id in missing:
                try:
                    bodies[answer.id] = _body_of(missing[answer.id].endpoint, answer, now)
                except Unavailable as error:
                    failures.append(error)
                except PermissionMissing:
                    if not missing[answer.id].may_be_refused:
                        raise
                    bodies[answer.id] = REFUSED
        if failures:
            raise max(failures, key=lambda failure: failure.retry_after or timedelta(0))
        if reads.keys() != bodies.keys():
            raise Unavailable(f"{BATCH.name} left {len(reads) - len(bodies)} requests unanswered")

    await patiently(attempt, connection.limits)
    return bodies


async def all_of(connection: GraphConnection, endpoint: Endpoint, body: Any) -> tuple[DirectoryObject, ...]:
    """A collection whose first page came in a batch: what the batch leaves open is followed outside it."""
    first = converted(endpoint, body, ObjectPage)
    pages = [page async for page in pages_from(connection, endpoint, first, ObjectPage)]
    return tuple(item for page in pages for item in page.values)


def _body_of(endpoint: Endpoint, answer: _Answer, now: datetime) -> Any:
    if answer.status == 200 and isinstance(answer.body, dict):
        return answer.body
    if answer.status == 200:
        raise Unavailable(f"{endpoint.name} answered in a batch with no object")
    code = code_in(answer.body)
    if answer.status == 404 and code is not None:
        return None
    headers = {name.lower(): str(value) for name, value in answer.headers.items()}
    raise failure_of(endpoint, answer.status, code, retry_after(headers, now))
