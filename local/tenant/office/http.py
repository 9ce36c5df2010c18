"""The Office 365 Management Activity API: its part of the wire."""

from collections.abc import Callable

from aiohttp import web

from local.tenant.directory.tenant import Tenant
from local.tenant.graph.messages import Answer, GraphError, Request
from local.tenant.graph.service_wire import ServiceCall, ServiceWire
from local.tenant.graph.tokens import OFFICE, Caller, Tokens
from local.tenant.office.feed import Feed

_ROLE = "ActivityFeed.Read"
_LISTING = "GET /activity/feed/subscriptions/content"
_LINK = "NextPageUri"
_THROTTLED = GraphError(429, "AF429", "Too many requests.")
_FEED = "/api/v1.0/{tenant}/activity/feed"


def add_office(application: web.Application, tenant: Tenant, tokens: Tokens, wire: ServiceWire) -> None:
    """Add all that a client of it calls. Faults know the calls by names like ``GET /activity/feed/audit/{id}``."""
    feed = Feed(tenant)

    def base(request: web.Request) -> str:
        return f"{request.scheme}://{request.host}{_FEED.format(tenant=tenant.tenant_id)}"

    def add(method: str, path: str, operation: Callable[[web.Request], Answer]) -> None:
        endpoint = f"{method} /activity/feed{path}"

        async def call(request: web.Request) -> web.StreamResponse:
            try:
                caller = _check(request, tenant, tokens)
                link_name = _LINK if endpoint == _LISTING else None
                service_call = ServiceCall(endpoint, caller.client_id, _THROTTLED, link_name, in_header=True)
                return await wire.respond(request, service_call, lambda: operation(request))
            except GraphError as error:
                body = {"error": {"code": error.code, "message": str(error)}}
                return web.json_response(body, status=error.status, headers=error.headers)

        application.router.add_route(method, f"{_FEED}{path}", call)

    add("POST", "/subscriptions/start", lambda request: feed.start(request.query))
    add("POST", "/subscriptions/stop", lambda request: feed.stop(request.query))
    add("GET", "/subscriptions/list", lambda _: feed.subscriptions())
    add("GET", "/subscriptions/content", lambda request: feed.content(request.query, base(request)))
    add("GET", "/audit/{id}", lambda request: feed.blob(request.match_info["id"]))


def _check(request: web.Request, tenant: Tenant, tokens: Tokens) -> Caller:
    headers = {name.lower(): value for name, value in request.headers.items()}
    caller = tokens.caller(Request(method=request.method, path=request.path, headers=headers), OFFICE)
    if request.match_info["tenant"] != tenant.tenant_id:
        raise GraphError(400, "AF20010", "The tenant ID passed in the URL does not match that of the access token.")
    if _ROLE not in caller.permissions:
        message = "The permission set sent in the request did not include the expected permission."
        raise GraphError(403, "AF10001", f"{message} ({_ROLE})")
    return caller
