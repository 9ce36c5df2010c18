"""The wire: aiohttp's requests into ours, and answers back."""

import json
from urllib.parse import unquote

from aiohttp import ClientConnectionResetError, web
from aiohttp.typedefs import Handler

from local.tenant.graph.authority import IDENTITY_PATH, Authority
from local.tenant.graph.batch import query_options
from local.tenant.graph.broken_answers import send_broken
from local.tenant.graph.faults import Fault, Faults
from local.tenant.graph.messages import Answer, GraphError, Request, envelope
from local.tenant.graph.service import Graph


def add_graph(application: web.Application, graph: Graph, authority: Authority, faults: Faults) -> None:
    """Add all that a client of Graph calls: tokens, ``/v1.0``, and ``/beta``, which answers the same and more."""

    async def identity(request: web.Request) -> web.StreamResponse:
        return _response(authority.managed_identity(_read(request, request.path, None)))

    async def token(request: web.Request) -> web.StreamResponse:
        return _response(authority.client_credentials(request.match_info["tenant"], await request.text()))

    async def call(request: web.Request) -> web.StreamResponse:
        answer = graph.answer(_read(request, request.match_info["path"], await _json(request)))
        if answer.broken is None:
            return _response(answer)
        try:
            return await send_broken(request, Fault(answer.broken), answer.body, faults)
        except ClientConnectionResetError:
            # The client has seen enough.
            return web.Response()

    application.middlewares.append(_refusing)
    application.router.add_get(IDENTITY_PATH, identity)
    application.router.add_post("/{tenant}/oauth2/v2.0/token", token)
    application.router.add_route("*", "/{version:v1\\.0|beta}{path:/.*}", call)


@web.middleware
async def _refusing(request: web.Request, handler: Handler) -> web.StreamResponse:
    """What cannot be read as a request at all."""
    try:
        return await handler(request)
    except GraphError as error:
        return _response(envelope(error, request.headers))


def _read(request: web.Request, path: str, body: object) -> Request:
    version = request.match_info.get("version", "")
    return Request(
        method=request.method,
        path=unquote(path),
        query=query_options(request.rel_url.raw_query_string),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=body,
        base=f"{request.scheme}://{request.host}/{version}",
    )


async def _json(request: web.Request) -> object:
    text = await request.text()
    if not text:
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise GraphError(400, "BadRequest", "Unable to read JSON request payload.") from None


def _response(answer: Answer) -> web.Response:
    if answer.body is None:
        return web.Response(status=answer.status, headers=answer.headers)
    if isinstance(answer.body, str):
        return web.Response(status=answer.status, text=answer.body, headers=answer.headers)
    return web.json_response(answer.body, status=answer.status, headers=answer.headers)
