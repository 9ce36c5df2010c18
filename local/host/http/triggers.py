"""HTTP functions: a request to its function, the outcome to an answer, as the platform does it."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from local.host.http.asgi import Request, Response
from local.host.http.routes import Route, find
from local.host.identity.easy_auth import EasyAuth
from local.host.identity.tokens import TokenRefused
from local.host.invocation import HttpRequest, Outcome
from local.host.invoker import Invoker
from local.host.trace import new_span


class HttpTriggers:
    """Answers the requests that are for the app. ``easy_auth`` is None where it is switched off."""

    def __init__(self, table: tuple[Route, ...], invoker: Invoker, easy_auth: EasyAuth | None) -> None:
        self._table = table
        self._invoker = invoker
        self._easy_auth = easy_auth

    async def respond(self, request: Request) -> Response:
        """The answer: 401 for a bad token, 404 where no route fits, 500 where the function failed."""
        headers = request.headers
        if self._easy_auth is not None:
            try:
                headers = self._easy_auth.admit(headers)
            except TokenRefused:
                return Response(401, (("www-authenticate", 'Bearer error="invalid_token"'),))
        found = find(self._table, request.method, request.route_path)
        if found is None:
            return Response(404)
        function, values = found
        outcome = await self._invoker.run(
            function,
            HttpRequest(
                method=request.method,
                url=_url(request),
                headers=_joined(headers),
                query=_query(request.query),
                route=values,
                body=request.body,
            ),
            reason=f"{request.method} {request.path}",
            trace=new_span(request.header("traceparent"), request.header("tracestate")),
        )
        return _answer(outcome)


def _answer(outcome: Outcome) -> Response:
    if outcome.error is not None:
        return Response(500)
    if outcome.response is None:
        return Response(204)
    return Response(outcome.response.status, outcome.response.headers, outcome.response.body)


def _url(request: Request) -> str:
    query = f"?{request.query}" if request.query else ""
    return f"http://{request.header('host')}{request.path}{query}"


def _joined(headers: tuple[tuple[str, str], ...]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in headers:
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined


def _query(text: str) -> Mapping[str, str]:
    """One value a name, however its letters are cased; an empty value is left out, as Azure does."""
    spelled: dict[str, str] = {}
    joined: dict[str, str] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        first = spelled.setdefault(name.lower(), name)
        joined[first] = f"{joined[first]},{value}" if first in joined else value
    return {name: value for name, value in joined.items() if value}
