"""Calls of Microsoft Graph by apps: each leaves one row in the log of Graph's activity, and changes nothing."""

from collections.abc import Iterator
from datetime import datetime

from local.tenant.directory.collections import Object
from local.tenant.directory.errors import not_found
from local.tenant.directory.sign_in_records import token_id
from local.tenant.directory.state import State
from shared.domain.microsoft import MICROSOFT_GRAPH

GRAPH_ACTIVITY = "graphActivity"
"""The name of the log."""

_ORIGIN = "https://graph.microsoft.com/v1.0"
_DATA_CENTRES = {"US": "East US", "SG": "Southeast Asia", "BR": "Brazil South"}
_CLIENT_AUTHENTICATION = {"none": 0, "clientSecret": 1, "certificate": 2}


class GraphCalls(State):
    """The part of ``Tenant`` for calls that others than we make. Every method raises Refused, and then logs nothing."""

    def call_graph(  # noqa: PLR0913 -- what a row of the log tells, all of it optional
        self,
        app_id: str,
        method: str,
        uri: str,
        *,
        user: str | None = None,
        at: datetime | None = None,
        status: int = 200,
        size: int = 0,
        ip: str = "203.0.113.10",
        user_agent: str = "python-requests/2.32.5",
        country: str | None = None,
        credential: str = "clientSecret",
    ) -> None:
        """An app calls ``uri`` (whole, or from behind the version) for itself, or for the ``user`` with this object id.

        The log tells which data centre answered, which is one near the caller's ``country``.
        """
        principal = self.service_principal_of(app_id)
        if principal is None:
            raise not_found(app_id)
        moment = at or self.clock.now()
        held = self._scopes(principal, user) if user else self._roles(principal)
        request = self.new_id()
        row: Object = {
            "Timestamp": moment.isoformat(timespec="microseconds").replace("+00:00", "7Z"),
            "ApiVersion": "beta" if "/beta/" in uri else "v1.0",
            "ApplicationId": app_id,
            "IPAddress": ip,
            "ClientRequestId": request,
            "EntityType": "user" if user else "app",
            "RequestUri": uri if "://" in uri else f"{_ORIGIN}{uri}",
            "AccountObjectId": user,
            "OperationId": request,
            "Location": _DATA_CENTRES.get(country or "", "West Europe"),
            "RequestDuration": 40_000,
            "RequestId": request,
            "RequestMethod": method,
            "ResponseStatusCode": status,
            "IsForUser": user is not None,
            "Permissions": " ".join(sorted(held)),
            "UniqueTokenIdentifier": token_id(app_id, user, moment),
            "ServicePrincipalId": principal["id"],
            "ResponseSize": size,
            "UserAgent": user_agent,
            "ClientAuthMethod": _CLIENT_AUTHENTICATION[credential],
        }
        self.log(GRAPH_ACTIVITY).emit(row, moment)

    def _scopes(self, principal: Object, user: str) -> set[str]:
        held = [one for one in self.grants.where("clientId", principal["id"]) if one["principalId"] in (None, user)]
        return {scope for one in held for scope in one["scope"].split()}

    def _roles(self, principal: Object) -> Iterator[str]:
        graph = self.service_principal_of(MICROSOFT_GRAPH)
        names = {role["id"]: role["value"] for role in graph["appRoles"]} if graph else {}
        for held in self.app_role_assignments.where("principalId", principal["id"]):
            if held["appRoleId"] in names:
                yield names[held["appRoleId"]]
