"""Azure Resource Manager's activity log: its part of the wire."""

from aiohttp import web

from local.tenant.azure.activity_log import ActivityLog
from local.tenant.directory.tenant import Tenant
from local.tenant.graph.messages import GraphError
from local.tenant.graph.service_wire import ServiceCall, ServiceWire, read_request
from local.tenant.graph.tokens import AZURE, Tokens

ENDPOINT = "GET /subscriptions/{id}/providers/Microsoft.Insights/eventtypes/management/values"
_THROTTLED = GraphError(429, "SubscriptionRequestsThrottled", "Too many requests of the subscription.")


def add_azure(application: web.Application, tenant: Tenant, tokens: Tokens, wire: ServiceWire) -> None:
    """Add all that a client of it calls."""
    log = ActivityLog(tenant, tokens)

    async def events(request: web.Request) -> web.StreamResponse:
        asked = read_request(request)
        caller = tokens.caller(asked, AZURE)
        call = ServiceCall(ENDPOINT, caller.client_id, _THROTTLED, link_name="nextLink")
        return await wire.respond(request, call, lambda: log.list(asked, request.match_info["id"]))

    application.router.add_get(ENDPOINT.removeprefix("GET "), events)
