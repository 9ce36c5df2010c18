"""What goes back: a handler's reply or a problem, as an HTTP response."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import azure.functions as func

from functions.models.problems import Problem
from functions.models.shapes import Sent

_ALWAYS: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
LAST_COMPLETE_READ: Final = "Last-Complete-Read"
"""Since when, at the latest, every source was read whole; absent where one never was."""
_RETRY_AFTER: Final = timedelta(seconds=5)


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What a handler answers; without ``content`` an empty 204."""

    content: Sent | None = None
    status: int = 200
    etag: str | None = None
    location: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class FileReply:
    """A file, or a part of one."""

    content: bytes
    media_type: str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


def response_to(reply: Reply | FileReply, last_complete_read: datetime | None = None) -> func.HttpResponse:
    """``last_complete_read`` stands on every answer: what was not read cannot be known."""
    if reply.content is None:
        return func.HttpResponse(status_code=204, headers=_ALWAYS)
    read = {LAST_COMPLETE_READ: last_complete_read.isoformat(timespec="seconds")} if last_complete_read else {}
    headers = {**_ALWAYS, **read, **reply.headers}
    if isinstance(reply, FileReply):
        return func.HttpResponse(reply.content, status_code=reply.status, mimetype=reply.media_type, headers=headers)
    own = {"ETag": reply.etag, "Location": reply.location}
    headers |= {name: value for name, value in own.items() if value}
    return _json(reply.content, reply.status, "application/json", headers)


def problem_response(
    problem: Problem, retry_after: timedelta | None, headers: Mapping[str, str] | None = None
) -> func.HttpResponse:
    """``retry_after`` is what the outside asked for, if it did; it matters for 503 only."""
    headers = {**_ALWAYS, **(headers or {})}
    if problem.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if problem.status == 503:
        headers["Retry-After"] = str(max(1, round((retry_after or _RETRY_AFTER).total_seconds())))
    return _json(problem, problem.status, "application/problem+json", headers)


def _json(content: Sent, status: int, media_type: str, headers: dict[str, str]) -> func.HttpResponse:
    return func.HttpResponse(content.model_dump_json(), status_code=status, mimetype=media_type, headers=headers)
