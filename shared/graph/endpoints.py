"""The endpoints that are called, by the name that errors tell, with the least permissions that open each."""

from dataclasses import dataclass, replace

from shared.domain.directory import DirectoryKind
from shared.domain.streams import Family
from shared.domain.usage_reads import UsageReport


@dataclass(frozen=True)
class Endpoint:
    """``permissions``: application permissions of Graph, any one of which is enough.

    Of those that open an endpoint, the one is named that the reader is granted anyway. ``family`` is what throttles it
    beside the directory's limits. ``licence`` is what the tenant lacks where Graph says that it lacks one.
    """

    name: str
    permissions: tuple[str, ...]
    version: str = "v1.0"
    family: Family | None = None
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
AUDITS = Endpoint("GET /auditLogs/directoryAudits", _LOGS, family=Family.REPORTS)
_ENTRA_P1 = "a licence for Microsoft Entra ID P1"
# In beta: version 1.0 has none of apps.
SIGN_INS = Endpoint("GET /beta/auditLogs/signIns", _LOGS, version="beta", family=Family.REPORTS, licence=_ENTRA_P1)
_WORKLOAD_PREMIUM = "a licence for Microsoft Entra Workload ID Premium"
RISK_DETECTIONS = Endpoint(
    "GET /identityProtection/servicePrincipalRiskDetections",
    ("IdentityRiskEvent.Read.All",),
    family=Family.IDENTITY_PROTECTION,
    licence=_WORKLOAD_PREMIUM,
)
RISKY_SERVICE_PRINCIPALS = Endpoint(
    "GET /identityProtection/riskyServicePrincipals",
    ("IdentityRiskyServicePrincipal.Read.All",),
    family=Family.IDENTITY_PROTECTION,
    licence=_WORKLOAD_PREMIUM,
)
DEFENDER_ALERTS = Endpoint("GET /security/alerts_v2", ("SecurityAlert.Read.All",), family=Family.SECURITY)
# Of Azure Resource Manager: what opens it is a role on the subscription.
AZURE_ACTIVITY = Endpoint(
    "GET /subscriptions/{id}/providers/Microsoft.Insights/eventtypes/management/values",
    ("Monitoring Reader",),
    version="subscriptions",
    family=Family.AZURE,
)
HUNTING = Endpoint(
    "POST /security/runHuntingQuery",
    ("ThreatHunting.Read.All",),
    family=Family.HUNTING,
    licence="a licence for Microsoft Defender XDR",
)
# In version 1.0 it is documented, and not there.
AUDIT_SEARCHES = Endpoint(
    "POST /beta/security/auditLog/queries",
    ("AuditLogsQuery.Read.All",),
    version="beta",
    family=Family.AUDIT_SEARCH,
    licence="a licence with the audit search of Purview",
)
AUDIT_SEARCH = replace(AUDIT_SEARCHES, name="GET /beta/security/auditLog/queries/{id}")
AUDIT_SEARCH_RECORDS = replace(AUDIT_SEARCHES, name="GET /beta/security/auditLog/queries/{id}/records")
# Of the Management Activity API. Without a subscription there is no content.
ACTIVITY_SUBSCRIPTIONS = Endpoint(
    "POST /activity/feed/subscriptions/start", ("ActivityFeed.Read",), version="api/v1.0", family=Family.OFFICE
)
ACTIVITY_CONTENT = replace(ACTIVITY_SUBSCRIPTIONS, name="GET /activity/feed/subscriptions/content")
ACTIVITY_BLOB = replace(ACTIVITY_SUBSCRIPTIONS, name="GET /activity/feed/audit/{id}")
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
        family=Family.REPORTS,
        licence=_ENTRA_P1,
    )
    for report in UsageReport
}
