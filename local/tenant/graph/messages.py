"""Requests and answers of Graph, apart from any server: the requests inside a batch take the same way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4


@dataclass(frozen=True, slots=True)
class Request:
    """One request. ``path`` starts behind the version; ``query`` and header names (lower case) are decoded."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    # ``http://127.0.0.1:PORT/v1.0``: what links start with.
    base: str = ""

    @property
    def is_beta(self) -> bool:
        """Whether it asks the version that has more, and promises less."""
        return self.base.endswith("/beta")

    @property
    def is_eventual(self) -> bool:
        """Whether the caller accepts an index that lags, which is the price of advanced queries."""
        return self.headers.get("consistencylevel", "").lower() == "eventual"


@dataclass(frozen=True, slots=True)
class Answer:
    """``body`` is JSON, text (sent as it is), or None for no body at all."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    # How it is lost on the way: the value of a ``Fault``.
    broken: str | None = None


class GraphError(Exception):
    """What Graph refuses, with its own status and code."""

    def __init__(self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers or {}


def stamp(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers by which a request with these ``headers`` is found again."""
    own = str(uuid4())
    return {"request-id": own, "client-request-id": headers.get("client-request-id", own)}


def envelope(error: GraphError, headers: Mapping[str, str]) -> Answer:
    """The error as it is answered to a request with these headers."""
    stamped = stamp(headers)
    inner = {"date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S"), **stamped}
    body = {"error": {"code": error.code, "message": error.message, "innerError": inner}}
    return Answer(error.status, body, {**error.headers, **stamped})


def bad_request(message: str, code: str = "BadRequest") -> GraphError:
    """Most of what is malformed: 400."""
    return GraphError(400, code, message)


def unsupported(message: str) -> GraphError:
    """Well-formed, but not answered, or not without ``ConsistencyLevel: eventual``."""
    return GraphError(400, "Request_UnsupportedQuery", message)


def not_found(object_id: str) -> GraphError:
    """404, in the words of the directory."""
    return GraphError(
        404,
        "Request_ResourceNotFound",
        f"Resource '{object_id}' does not exist or one of its queried reference-property objects are not present.",
    )
