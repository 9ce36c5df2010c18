"""From a request to what its route reads: query and body, validated by the route's own models."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import azure.functions as func
from pydantic import ValidationError

from functions.models.problems import FieldError, ProblemKind
from functions.models.shapes import Body, Parameters
from functions.problems import RequestRefused, invalid, invalid_by
from functions.route import Route
from shared.domain.roles import Caller

_KEY = re.compile(r"[!-~]{1,128}")
_WRITES = {"DELETE", "PATCH", "POST", "PUT"}


@dataclass(frozen=True, kw_only=True)
class Call[P: Parameters, B: Body]:
    """One request, read and validated. ``path`` holds the values of the route's template; ``now`` is UTC."""

    caller: Caller
    parameters: P
    body: B
    path: Mapping[str, str]
    if_match: str | None
    idempotency_key: str | None
    range: str | None
    if_range: str | None
    url: str
    now: datetime

    def address_of(self, path: str) -> str:
        """The address of another route of this API."""
        parts = urlsplit(self.url)
        return urlunsplit(parts._replace(path=path, query=""))

    def next_link(self, cursor: str | None) -> str | None:
        """This request's own address with another cursor, so that all its filters stay."""
        if cursor is None:
            return None
        parts = urlsplit(self.url)
        query = [(name, value) for name, value in parse_qsl(parts.query) if name != "cursor"]
        return urlunsplit(parts._replace(query=urlencode([*query, ("cursor", cursor)])))


def read_call[P: Parameters, B: Body](
    route: Route[P, B], request: func.HttpRequest, caller: Caller, now: datetime
) -> Call[P, B]:
    """Raises RequestRefused."""
    if len(request.get_body()) > route.most_body_bytes:
        raise RequestRefused(ProblemKind.BODY_TOO_LARGE, f"A body may have at most {route.most_body_bytes} bytes.")
    try:
        return Call(
            caller=caller,
            parameters=route.parameters.model_validate(_parameters(request)),
            body=_body(route.body, request) if route.reads_body else route.body(),
            path=request.route_params,
            if_match=request.headers.get("if-match"),
            idempotency_key=_idempotency_key(request),
            range=request.headers.get("range"),
            if_range=request.headers.get("if-range"),
            url=request.url,
            now=now,
        )
    except ValidationError as error:
        raise invalid_by(error) from None


def refuse_cross_site(request: func.HttpRequest) -> None:
    """Raises RequestRefused for a change that another site's page may have sent with this user's session.

    A bearer token is never sent by a browser on its own. Behind a proxy the host differs from the origin, so what the
    browser itself says (``Sec-Fetch-Site``) counts first. A session is a cookie: who sends one has to say from where.
    """
    headers = request.headers
    if request.method not in _WRITES or headers.get("authorization", "").lower().startswith("bearer "):
        return
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None:
        own = site in {"same-origin", "none"}
    elif origin is not None:
        own = urlsplit(origin).netloc == headers.get("host")
    else:
        own = "cookie" not in headers
    if not own:
        raise RequestRefused(ProblemKind.CROSS_SITE_REQUEST, "A page of another site may not change anything here.")


def _idempotency_key(request: func.HttpRequest) -> str | None:
    key: str | None = request.headers.get("idempotency-key")
    if key is not None and not _KEY.fullmatch(key):
        raise invalid(FieldError(field="Idempotency-Key", message="must be 1 to 128 printable characters of ASCII"))
    return key


def _parameters(request: func.HttpRequest) -> dict[str, str]:
    """The host leaves out parameters without a value; ignored, a filter that came empty would list everything."""
    named = dict(parse_qsl(urlsplit(request.url).query, keep_blank_values=True))
    return {**{name: "" for name, value in named.items() if not value}, **request.params}


def _body[B: Body](model: type[B], request: func.HttpRequest) -> B:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise RequestRefused(ProblemKind.UNSUPPORTED_MEDIA_TYPE, "Send the body as application/json.")
    return model.model_validate_json(request.get_body())
