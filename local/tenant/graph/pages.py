"""Pages: where one ends, and the opaque link to the next."""

import base64
import json
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any
from urllib.parse import quote

from local.tenant.graph.filters import Object
from local.tenant.graph.messages import Answer, GraphError, Request, bad_request
from local.tenant.graph.query import Query
from local.tenant.graph.schema import Kind

type Key = tuple[Any, ...]
"""Where an object stands in the order of a list; JSON can carry it. The last part is the id, so that none is twice."""


def cut(
    objects: Sequence[Object], query: Query, key: Callable[[Object], Key], *, descending: bool = False
) -> tuple[list[Object], Key | None]:
    """The page behind the query's token, and the key to go on behind, None at the end.

    ``objects`` are in the order of ``key``, or in the opposite one if ``descending``. A token states the last key
    rather than a count, so that objects that come and go between two pages neither repeat nor hide others.
    """
    start = 0 if query.skip_token is None else _position(objects, open_token(query.skip_token), key, descending)
    found: list[Object] = []
    for one in islice(objects, start, None):
        if not query.matches(one):
            continue
        if len(found) == query.top:
            return found, key(found[-1])
        found.append(one)
    return found, None


def listing(
    request: Request, asked: Kind, query: Query, values: Sequence[Object], after: Key | None, count: int | None = None
) -> Answer:
    """The answer with a page of a list."""
    body: dict[str, Any] = {"@odata.context": context(request, asked, query.select)}
    if count is not None:
        body["@odata.count"] = count
    if after is not None:
        body["@odata.nextLink"] = link(request, "$skiptoken", make_token(after))
    return Answer(200, {**body, "value": list(values)})


def context(request: Request, asked: Kind, select: frozenset[str] | None, suffix: str = "") -> str:
    """The address in the metadata that an answer states."""
    chosen = "" if select is None else f"({','.join(sorted(select))})"
    return f"{request.base}/$metadata#{asked.set}{chosen}{suffix}"


def link(request: Request, option: str, token: str) -> str:
    """The request's own address, absolute, with ``option`` as its only token."""
    kept = [(name, value) for name, value in request.query.items() if not name.endswith("token")]
    return f"{request.base}{quote(request.path, safe="/()=',")}?{_encoded([*kept, (option, token)])}"


def make_token(content: Key) -> str:
    """Opaque text that ``open_token`` reads."""
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def open_token(token: str) -> Key:
    """What a token of ours holds. Raises GraphError (400) for any other text."""
    try:
        content = json.loads(base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True))
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, list):
        raise malformed_token()
    return tuple(content)


def malformed_token() -> GraphError:
    """What a token is answered that no list of ours gave out."""
    return bad_request("The specified page token value has expired or is invalid.", "Directory_ExpiredPageToken")


def _encoded(options: Iterable[tuple[str, str]]) -> str:
    return "&".join(f"{quote(name, safe='$')}={quote(value, safe="(),'")}" for name, value in options)


def _position(objects: Sequence[Object], after: Key, key: Callable[[Object], Key], descending: bool) -> int:
    try:
        return sum(key(one) >= after for one in objects) if descending else bisect_right(objects, after, key=key)
    except TypeError:
        # A token of another list.
        raise malformed_token() from None
