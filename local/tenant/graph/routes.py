"""Which calls there are, what answers each, and what each costs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from local.tenant.directory.tenant import Tenant
from local.tenant.graph.alerts import AlertReads
from local.tenant.graph.audit_search import AuditSearch
from local.tenant.graph.audits import Audits
from local.tenant.graph.calls import Operation
from local.tenant.graph.deltas import Deltas
from local.tenant.graph.hunting import Hunting
from local.tenant.graph.messages import GraphError
from local.tenant.graph.reads import Reads
from local.tenant.graph.relations import Relations
from local.tenant.graph.replicas import Replicas
from local.tenant.graph.reports import Reports
from local.tenant.graph.risks import RiskReads
from local.tenant.graph.sign_in_log import SignInLog
from local.tenant.graph.writes import Writes

_AUDITS = "/auditLogs/"
_USE = "/reports/"
_ROLES = "/roleManagement/directory/"
_HUNTING = "/security/runHuntingQuery"
_SEARCHES = "/security/auditLog/queries"
_FAMILIES = {
    _AUDITS: "reports",
    _USE: "reports",
    "/identityProtection/": "identityProtection",
    _HUNTING: "hunting",
    "/security/auditLog/": "auditSearch",
    "/security/": "security",
}
"""By the start of a template; the first that fits."""


@dataclass(frozen=True, slots=True)
class Route:
    """One call. ``units`` is its price before ``$select``, ``$expand`` and ``$top`` change it.

    Except for the ``beta_only``, both versions answer it.
    """

    method: str
    template: str
    operation: Operation
    units: int = 1
    beta_only: bool = False

    @property
    def endpoint(self) -> str:
        """As counts, faults and ``permissions.yaml`` name it."""
        return f"{self.method} {self.template}"

    @property
    def family(self) -> str | None:
        """What throttles it by requests; None for the directory, which counts resource units."""
        return next((family for start, family in _FAMILIES.items() if self.template.startswith(start)), None)


class Routes:
    """All calls, found by method and path."""

    def __init__(self, tenant: Tenant, replicas: Replicas, seed: int) -> None:
        relations = Relations(tenant, replicas)
        reads = Reads(tenant, replicas, relations)
        self.all = (
            *_app_routes(reads, Writes(tenant, reads), Deltas(replicas, tenant.clock, seed)),
            *_people_routes(reads),
            *_other_routes(reads),
            *_report_routes(Audits(tenant), Reports(tenant)),
            Route("GET", f"{_AUDITS}signIns", SignInLog(tenant).list),
            Route("POST", _HUNTING, Hunting(tenant).run),
            *_security_routes(RiskReads(tenant), AlertReads(tenant)),
            *_search_routes(AuditSearch(tenant)),
        )

    def find(self, method: str, path: str, *, is_beta: bool) -> tuple[Route, Mapping[str, str]]:
        """The route and the names in its path. Raises GraphError: 400 for no such path, 405 for no such method."""
        routes = (route for route in self.all if is_beta or not route.beta_only)
        matching = [(route, names) for route in routes if (names := _match(route.template, path)) is not None]
        for route, names in matching:
            if route.method == method:
                return route, names
        if matching:
            raise GraphError(405, "Request_BadRequest", "Specified HTTP method is not allowed for the request target.")
        raise GraphError(400, "BadRequest", f"Resource not found for the segment '{path.rpartition('/')[2]}'.")


def _app_routes(reads: Reads, writes: Writes, deltas: Deltas) -> Iterator[Route]:
    """Registrations, service principals, and what ties them together."""
    for name, at, units in (("application", "/applications", 2), ("servicePrincipal", "/servicePrincipals", 1)):
        yield Route("GET", at, reads.list(name), units)
        yield Route("GET", f"{at}/$count", reads.count(name), units)
        yield Route("GET", f"{at}/delta", deltas.of(name), units)
        yield Route("GET", f"{at}/{{id}}", reads.get(name), units)
        yield Route("GET", f"{at}/{{id}}/owners", reads.related(name, "owners"))
        yield Route("POST", f"{at}/{{id}}/owners/$ref", writes.add_owner(name))
        yield Route("DELETE", f"{at}/{{id}}/owners/{{owner}}/$ref", writes.remove_owner(name))
        yield Route("POST", f"{at}/{{id}}/addPassword", writes.add_password(name))
        yield Route("POST", f"{at}/{{id}}/removePassword", writes.remove_password(name))
    trusts = "federatedIdentityCredentials"
    yield Route("GET", f"/applications/{{id}}/{trusts}", reads.related("application", trusts))
    yield Route("POST", "/applications", writes.create_application)
    yield Route("PATCH", "/applications/{id}", writes.update_application)
    yield Route("DELETE", "/applications/{id}", writes.delete_application)
    yield Route("POST", "/servicePrincipals", writes.create_service_principal)
    yield Route("PATCH", "/servicePrincipals/{id}", writes.update_service_principal)
    yield Route("DELETE", "/servicePrincipals/{id}", writes.delete_service_principal)
    for relation in ("appRoleAssignedTo", "appRoleAssignments", "oauth2PermissionGrants"):
        at = f"/servicePrincipals/{{id}}/{relation}"
        yield Route("GET", at, reads.related("servicePrincipal", relation), 2)
    for relation in ("appRoleAssignedTo", "appRoleAssignments"):
        at = f"/servicePrincipals/{{id}}/{relation}"
        yield Route("POST", at, writes.assign_role)
        yield Route("DELETE", f"{at}/{{assignment}}", writes.remove_role)
    yield Route("GET", "/oauth2PermissionGrants", reads.list("oAuth2PermissionGrant"), 2)
    yield Route("GET", "/oauth2PermissionGrants/$count", reads.count("oAuth2PermissionGrant"), 2)
    yield Route("GET", "/oauth2PermissionGrants/delta", deltas.of("oAuth2PermissionGrant"), 2)
    yield Route("GET", "/oauth2PermissionGrants/{id}", reads.get("oAuth2PermissionGrant"), 2)
    yield Route("POST", "/oauth2PermissionGrants", writes.create_grant)
    yield Route("PATCH", "/oauth2PermissionGrants/{id}", writes.update_grant)
    yield Route("DELETE", "/oauth2PermissionGrants/{id}", writes.delete_grant)
    yield Route("POST", "/directory/deletedItems/{id}/restore", writes.restore)


def _people_routes(reads: Reads) -> Iterator[Route]:
    """Users, groups and directory roles."""
    yield Route("GET", "/users", reads.list("user"), 2)
    yield Route("GET", "/users/$count", reads.count("user"), 2)
    yield Route("GET", "/users/{id}", reads.get("user"), 2)
    yield Route("GET", "/groups", reads.list("group"))
    yield Route("GET", "/groups/$count", reads.count("group"))
    yield Route("GET", "/groups/{id}", reads.get("group"))
    yield Route("GET", "/groups/{id}/transitiveMembers", reads.related("group", "transitiveMembers"))
    yield Route("GET", "/directoryRoles", reads.list("directoryRole"))
    yield Route("GET", "/directoryRoles/{id}", reads.get("directoryRole"))
    for name, part in (("unifiedRoleAssignment", "roleAssignments"), ("unifiedRoleDefinition", "roleDefinitions")):
        yield Route("GET", f"{_ROLES}{part}", reads.list(name))
        yield Route("GET", f"{_ROLES}{part}/{{id}}", reads.get(name))


def _other_routes(reads: Reads) -> Iterator[Route]:
    """Objects of any type, and the recycle bin."""
    yield Route("GET", "/directoryObjects/{id}", reads.any_object)
    yield Route("POST", "/directoryObjects/getByIds", reads.by_ids)
    for name in ("application", "servicePrincipal"):
        yield Route("GET", f"/directory/deletedItems/microsoft.graph.{name}", reads.deleted(name))
    yield Route("GET", "/directory/deletedItems/{id}", reads.deleted_object)


def _report_routes(audits: Audits, reports: Reports) -> Iterator[Route]:
    """What shares the limit of a few requests in ten seconds."""
    yield Route("GET", f"{_AUDITS}directoryAudits", audits.list)
    yield Route("GET", f"{_AUDITS}directoryAudits/{{id}}", audits.get)
    yield Route("GET", f"{_USE}servicePrincipalSignInActivities", reports.apps, beta_only=True)
    yield Route("GET", f"{_USE}appCredentialSignInActivities", reports.credentials, beta_only=True)


def _security_routes(risks: RiskReads, alerts: AlertReads) -> Iterator[Route]:
    """What the security services found."""
    yield Route("GET", "/identityProtection/servicePrincipalRiskDetections", risks.detections)
    yield Route("GET", "/identityProtection/riskyServicePrincipals", risks.principals)
    yield Route("GET", "/security/alerts_v2", alerts.list)


def _search_routes(search: AuditSearch) -> Iterator[Route]:
    yield Route("POST", _SEARCHES, search.begin)
    yield Route("GET", f"{_SEARCHES}/{{id}}", search.get)
    yield Route("GET", f"{_SEARCHES}/{{id}}/records", search.records)


def _match(template: str, path: str) -> dict[str, str] | None:
    """The names, None where the path is another. ``things(appId='…')`` is ``things/{id}`` by its other key."""
    wanted, given = template.split("/"), path.replace("(appId=", "/(appId=").rstrip("/").split("/")
    if len(wanted) != len(given):
        return None
    names: dict[str, str] = {}
    for part, text in zip(wanted, given, strict=True):
        if part.startswith("{"):
            names[part[1:-1]] = text
        elif part != text:
            return None
    return names
