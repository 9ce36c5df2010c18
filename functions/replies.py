"""What goes back: a handler's reply or a problem, as an HTTP response."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import azure.functions as func

from functions.models.problems import Problem
from functions.models.shapes import Sent

_ALWAYS: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
_RETRY_AFTER: Final = timedelta(seconds=5)


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What a handler answers; without ``content`` an empty 204."""

    content: Sent | None = None
    status: int = 200
    etag: str | None = None


def response_to(reply: Reply) -> func.HttpResponse:
    if reply.content is None:
        return func.HttpResponse(status_code=204, headers=_ALWAYS)
    headers = {**_ALWAYS, "ETag": reply.etag} if reply.etag else _ALWAYS
    return _json(reply.content, reply.status, "application/json", headers)


def problem_response(problem: Problem, retry_after: timedelta | None) -> func.HttpResponse:
    """``retry_after`` is what the outside asked for, if it did; it matters for 503 only."""
    headers = dict(_ALWAYS)
    if problem.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if problem.status == 503:
        headers["Retry-After"] = str(max(1, round((retry_after or _RETRY_AFTER).total_seconds())))
    return _json(problem, problem.status, "application/problem+json", headers)


def _json(content: Sent, status: int, media_type: str, headers: dict[str, str]) -> func.HttpResponse:
    return func.HttpResponse(content.model_dump_json(), status_code=status, mimetype=media_type, headers=headers)
