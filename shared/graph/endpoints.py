"""The endpoints that are called, by the name that errors tell, with the least permissions that open each."""

from dataclasses import dataclass

from shared.domain.directory import DirectoryKind
from shared.domain.usage_reads import UsageReport


@dataclass(frozen=True)
class Endpoint:
    """``permissions``: application permissions of Graph, any one of which is enough.

    Of those that open an endpoint, the one is named that the reader is granted anyway: it holds three, and no more.
    ``is_report``: audit logs and reports share a limit of five requests in ten seconds. ``licence`` is what the tenant
    lacks where Graph says that it lacks one.
    """

    name: str
    permissions: tuple[str, ...]
    version: str = "v1.0"
    is_report: bool = False
    licence: str = "a licence"


_APPS = ("Application.Read.All",)
# Application.Read.All opens neither the grants nor people, groups and roles.
_DIRECTORY = ("Directory.Read.All",)
_LOGS = ("AuditLog.Read.All",)

APPLICATIONS = Endpoint("GET /applications", _APPS)
SERVICE_PRINCIPALS = Endpoint("GET /servicePrincipals", _APPS)
GRANTS = Endpoint("GET /oauth2PermissionGrants", _DIRECTORY)
USERS = Endpoint("GET /users", _DIRECTORY)
ROLE_ASSIGNMENTS = Endpoint("GET /roleManagement/directory/roleAssignments", _DIRECTORY)
ROLE_DEFINITIONS = Endpoint("GET /roleManagement/directory/roleDefinitions", _DIRECTORY)
# Version 1.0 refuses to expand them on the collection.
ALL_FEDERATED_CREDENTIALS = Endpoint("GET /beta/applications", _APPS, version="beta")
DELETED_APPLICATIONS = Endpoint("GET /directory/deletedItems/microsoft.graph.application", _APPS)
DELETED_SERVICE_PRINCIPALS = Endpoint("GET /directory/deletedItems/microsoft.graph.servicePrincipal", _APPS)
MEMBERS = Endpoint("GET /groups/{id}/transitiveMembers", _DIRECTORY)
ASSIGNED_TO = Endpoint("GET /servicePrincipals/{id}/appRoleAssignedTo", _APPS)
OWNERS = Endpoint("GET /servicePrincipals/{id}/owners", _APPS)
ASSIGNMENTS = Endpoint("GET /servicePrincipals/{id}/appRoleAssignments", _APPS)
OWN_GRANTS = Endpoint("GET /servicePrincipals/{id}/oauth2PermissionGrants", _DIRECTORY)
REGISTRATION_OWNERS = Endpoint("GET /applications/{id}/owners", _APPS)
FEDERATED_CREDENTIALS = Endpoint("GET /applications/{id}/federatedIdentityCredentials", _APPS)
BY_IDS = Endpoint("POST /directoryObjects/getByIds", _DIRECTORY)
# A batch itself needs none: each request inside is checked on its own.
BATCH = Endpoint("POST /$batch", _APPS)
AUDITS = Endpoint("GET /auditLogs/directoryAudits", _LOGS, is_report=True)
SET_ENABLED = Endpoint("PATCH /servicePrincipals/{id}", ("Application.ReadWrite.All",))

LISTED = {
    DirectoryKind.APPLICATIONS: APPLICATIONS,
    DirectoryKind.SERVICE_PRINCIPALS: SERVICE_PRINCIPALS,
    DirectoryKind.GRANTS: GRANTS,
    DirectoryKind.ROLE_ASSIGNMENTS: ROLE_ASSIGNMENTS,
    DirectoryKind.FEDERATED_CREDENTIALS: ALL_FEDERATED_CREDENTIALS,
    DirectoryKind.DELETED_APPLICATIONS: DELETED_APPLICATIONS,
    DirectoryKind.DELETED_SERVICE_PRINCIPALS: DELETED_SERVICE_PRINCIPALS,
    DirectoryKind.USERS: USERS,
}
"""Kinds that can be listed whole. App role assignments cannot: they are read by API."""

COUNTED = {
    kind: Endpoint(f"{LISTED[kind].name}/$count", LISTED[kind].permissions)
    for kind in (
        DirectoryKind.SERVICE_PRINCIPALS,
        DirectoryKind.APPLICATIONS,
        DirectoryKind.GRANTS,
        DirectoryKind.USERS,
    )
}

REPORTS = {
    report: Endpoint(
        f"GET /beta/reports/{report}",
        _LOGS,
        version="beta",
        is_report=True,
        licence="a licence for Microsoft Entra ID P1",
    )
    for report in UsageReport
}
