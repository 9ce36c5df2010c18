"""The query API of Log Analytics: its part of the wire."""

import json
from typing import Any

from aiohttp import web

from local.tenant.directory.collections import Object
from local.tenant.directory.graph_calls import GRAPH_ACTIVITY
from local.tenant.directory.tenant import Tenant
from local.tenant.graph.kusto import KustoError, ask
from local.tenant.graph.messages import Answer, GraphError, Request
from local.tenant.graph.service_wire import ServiceCall, ServiceWire
from local.tenant.graph.tokens import LOG_ANALYTICS, Tokens

ENDPOINT = "POST /v1/workspaces/{id}/query"
"""As faults name it."""

_ROLE = "Log Analytics Reader"
_THROTTLED = GraphError(429, "ThrottledError", "Too many requests.")
_COLUMNS = {
    "TimeGenerated": "Timestamp",
    "ApiVersion": "ApiVersion",
    "AppId": "ApplicationId",
    "ClientAuthMethod": "ClientAuthMethod",
    "ClientRequestId": "ClientRequestId",
    "DurationMs": "RequestDuration",
    "IPAddress": "IPAddress",
    "Location": "Location",
    "OperationId": "OperationId",
    "RequestId": "RequestId",
    "RequestMethod": "RequestMethod",
    "RequestUri": "RequestUri",
    "ResponseSizeBytes": "ResponseSize",
    "ResponseStatusCode": "ResponseStatusCode",
    "ServicePrincipalId": "ServicePrincipalId",
    "SignInActivityId": "UniqueTokenIdentifier",
    "UserAgent": "UserAgent",
    "UserId": "AccountObjectId",
}
"""By those of hunting, which has the same log."""
_NUMBERS = frozenset({"ClientAuthMethod", "DurationMs", "ResponseSizeBytes", "ResponseStatusCode"})
_ALL = (*_COLUMNS, "Roles", "Scopes", "Type")


def add_log_analytics(application: web.Application, tenant: Tenant, tokens: Tokens, wire: ServiceWire) -> None:
    """Add all that a client of it calls."""

    async def query(request: web.Request) -> web.StreamResponse:
        headers = {name.lower(): value for name, value in request.headers.items()}
        try:
            caller = tokens.caller(Request(method=request.method, path=request.path, headers=headers), LOG_ANALYTICS)
            held = tokens.identities[caller.client_id].others.get(LOG_ANALYTICS, frozenset())
            if _ROLE not in held:
                raise GraphError(403, "InsufficientAccessError", "The provided credentials have insufficient access.")
            text = await request.text()
            call = ServiceCall(ENDPOINT, caller.client_id, _THROTTLED)
            return await wire.respond(request, call, lambda: Answer(200, _answer(tenant, _query_in(text))))
        except GraphError as error:
            body = {"error": {"code": error.code, "message": error.message}}
            return web.json_response(body, status=error.status, headers=error.headers)

    application.router.add_post("/v1/workspaces/{id}/query", query)


def _query_in(text: str) -> str:
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        body = None
    query = body.get("query") if isinstance(body, dict) else None
    if not isinstance(query, str):
        raise GraphError(400, "BadArgumentError", "The request had some invalid properties.")
    return query


def _answer(tenant: Tenant, query: str) -> dict[str, Any]:
    now = tenant.clock.now()
    calls = tenant.log(GRAPH_ACTIVITY).query(None, None, now, ascending=True)
    try:
        rows = ask(query, {"MicrosoftGraphActivityLogs": lambda: [_row(one) for one in calls]})
    except KustoError as error:
        raise GraphError(400, "BadArgumentError", str(error)) from None
    names = list(rows[0]) if rows else list(_ALL)
    columns = [{"name": name, "type": _type(name)} for name in names]
    values = [[row[name] for name in names] for row in rows]
    return {"tables": [{"name": "PrimaryResult", "columns": columns, "rows": values}]}


def _row(call: Object) -> Object:
    held = call["Permissions"]
    return {
        **{name: call[source] for name, source in _COLUMNS.items()},
        "Roles": "" if call["IsForUser"] else held,
        "Scopes": held if call["IsForUser"] else "",
        "Type": "MicrosoftGraphActivityLogs",
    }


def _type(name: str) -> str:
    return "datetime" if name == "TimeGenerated" else "int" if name in _NUMBERS else "string"
