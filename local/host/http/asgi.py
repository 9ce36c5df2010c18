"""Whole requests and responses over ASGI: the little that the host needs of a web framework."""

import json
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

type Message = MutableMapping[str, Any]
type Receive = Callable[[], Awaitable[Message]]
type Send = Callable[[Message], Awaitable[None]]
type Headers = tuple[tuple[str, str], ...]

# FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: 100 MB.
_MOST_BODY_BYTES = 104_857_600


class BodyTooLarge(Exception):
    """The request body is larger than the platform takes."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request, read whole. Header names are in lower case; ``path`` is as sent, still percent-encoded."""

    method: str
    path: str
    query: str
    headers: Headers
    body: bytes

    @property
    def route_path(self) -> str:
        """The path to match routes with: decoded, but for a slash written %2F, which stays so."""
        kept = self.path.replace("%2F", "%252F").replace("%2f", "%252f")
        return unquote(kept)

    def header(self, name: str) -> str:
        """The first header of that lower-case name, or an empty text."""
        return next((value for each, value in self.headers if each == name), "")


@dataclass(frozen=True, slots=True)
class Response:
    """An answer; by default an empty one."""

    status: int
    headers: Headers = ()
    body: bytes = b""


def json_response(status: int, value: object) -> Response:
    """An answer that is a JSON document."""
    return Response(status, (("content-type", "application/json"),), json.dumps(value).encode())


async def read_request(scope: Message, receive: Receive) -> Request:
    """Read a request to its end. Raises BodyTooLarge."""
    body = bytearray()
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > _MOST_BODY_BYTES:
            raise BodyTooLarge
    return Request(
        method=scope["method"],
        path=scope["raw_path"].decode("latin-1"),
        query=scope["query_string"].decode("latin-1"),
        headers=tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]),
        body=bytes(body),
    )


async def send_response(send: Send, response: Response) -> None:
    """Send an answer whole, with its length."""
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.headers]
    has_length = any(name.lower() == b"content-length" for name, _ in headers)
    if response.status not in {204, 304} and not has_length:
        headers.append((b"content-length", str(len(response.body)).encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body})
