"""Advanced hunting: queries over logs that Defender XDR keeps, with the oddities of the wire."""

import json
from collections.abc import Sequence
from typing import Any

from local.tenant.directory.collections import Object
from local.tenant.directory.graph_calls import GRAPH_ACTIVITY
from local.tenant.directory.state import graph_time
from local.tenant.directory.tenant import Tenant
from local.tenant.graph.calls import Call
from local.tenant.graph.kusto import KustoError, ask
from local.tenant.graph.messages import Answer, bad_request
from shared.domain.microsoft import HOME_TENANTS, MICROSOFT_GRAPH

_NOT_HUNTED = frozenset({"UserAgent", "ClientAuthMethod", "Permissions", "IsForUser"})
"""What only Log Analytics tells of a call, or tells in columns of its own."""
_AS_TEXT = ("ResponseStatusCode", "ResponseSize", "RequestDuration")
_CLOUD_APP_EVENTS = "cloudAppEvents"
_RISK_SCORES = {True: 56, False: 20}


class Hunting:
    """The operation on ``/security/runHuntingQuery``."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def run(self, call: Call) -> Answer:
        """``{"schema": […], "results": […]}``. The names in the body begin with either case."""
        body = call.request.body if isinstance(call.request.body, dict) else {}
        query = body.get("Query") or body.get("query")
        if not isinstance(query, str):
            raise bad_request("The query is missing.")
        tables = {
            "GraphApiAuditEvents": self._calls,
            "CloudAppEvents": lambda: self._log(_CLOUD_APP_EVENTS),
            "OAuthAppInfo": self._apps,
        }
        try:
            rows = ask(query, tables)
        except KustoError as error:
            raise bad_request(str(error)) from None
        names = dict.fromkeys(name for row in rows for name in row)
        schema = [{"name": name, "type": _type([row.get(name) for row in rows])} for name in names]
        return Answer(200, {"schema": schema, "results": [_on_the_wire(row) for row in rows]})

    def _log(self, name: str) -> Sequence[Object]:
        return self._tenant.log(name).query(None, None, self._tenant.clock.now(), ascending=True)

    def _calls(self) -> list[Object]:
        return [
            {
                **{name: value for name, value in row.items() if name not in _NOT_HUNTED},
                **{name: str(row[name]) for name in _AS_TEXT},
                "Scopes": row["Permissions"],
            }
            for row in self._log(GRAPH_ACTIVITY)
        ]

    def _apps(self) -> list[Object]:
        """Neither Microsoft's own nor managed identities are in it; each app is there once a day."""
        return [
            self._app(one)
            for one in self._tenant.service_principals.all()
            if one["servicePrincipalType"] == "Application" and one["appOwnerOrganizationId"] not in HOME_TENANTS
        ]

    def _app(self, principal: Object) -> Object:
        tenant = self._tenant
        grants = tenant.grants.where("clientId", principal["id"])
        roles = self._role_names(principal)
        scopes = sorted({scope for one in grants for scope in one["scope"].split()})
        used = tenant.sign_in_activity.get(principal["appId"])
        is_external = principal["appOwnerOrganizationId"] != tenant.tenant_id
        publisher = principal["verifiedPublisher"]
        return {
            "ReportId": principal["id"],
            "Timestamp": graph_time(tenant.clock.now()),
            "OAuthAppId": principal["appId"],
            "ServicePrincipalId": principal["id"],
            "AppName": principal["displayName"],
            "AddedOnTime": principal["createdDateTime"],
            "AppStatus": "Enabled" if principal["accountEnabled"] else "DisabledByUser",
            "VerifiedPublisher": publisher if publisher and publisher.get("displayName") else None,
            "PrivilegeLevel": "High" if roles else "Medium" if scopes else "Low",
            "Permissions": [
                *(_permission("Delegated", name, used is not None) for name in scopes),
                *(_permission("Application", name, used is not None) for name in roles),
            ],
            "ConsentedUsersCount": len({one["principalId"] for one in grants if one["principalId"]}) or None,
            "IsAdminConsented": bool(roles) or any(one["consentType"] == "AllPrincipals" for one in grants),
            "AppOrigin": "External" if is_external else "Internal",
            "LastUsedTime": graph_time(used.last) if used and used.last else None,
            "AppOwnerTenantId": principal["appOwnerOrganizationId"],
            "RiskScore": _RISK_SCORES[bool(roles)],
            "AssignedRoles": [],
        }

    def _role_names(self, principal: Object) -> list[str]:
        graph = self._tenant.service_principal_of(MICROSOFT_GRAPH)
        names = {role["id"]: role["value"] for role in graph["appRoles"]} if graph else {}
        held = self._tenant.app_role_assignments.where("principalId", principal["id"])
        return sorted({names[one["appRoleId"]] for one in held if one["appRoleId"] in names})


def _permission(kind: str, name: str, is_used: bool) -> str:
    """JSON in a string, with the truth in a string again."""
    told = {"PermissionType": kind, "PermissionValue": name, "InUse": str(is_used).lower(), "PrivilegeLevel": "High"}
    return json.dumps(told)


def _on_the_wire(row: Object) -> Object:
    """Truth is a number with its type beside it, null is an empty object, and lists name theirs."""
    told: Object = {}
    for name, value in row.items():
        if isinstance(value, bool):
            told[f"{name}@odata.type"] = "#SByte"
        elif isinstance(value, list):
            told[f"{name}@odata.type"] = "#Collection(String)"
        told[name] = int(value) if isinstance(value, bool) else {} if value is None else value
    return told


def _type(values: Sequence[Any]) -> str:
    found = next((value for value in values if value is not None), None)
    if isinstance(found, bool):
        return "SByte"
    if isinstance(found, int):
        return "Int32"
    return "String" if isinstance(found, str) else "Object"
