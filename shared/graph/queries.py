"""Paths of the requests, with what is selected. Values are encoded here and nowhere else."""

from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import quote, urlencode

from shared.domain.directory import DirectoryKind
from shared.domain.usage_reads import UsageReport

_SERVICE_PRINCIPAL = (
    "id,appId,displayName,accountEnabled,appOwnerOrganizationId,createdDateTime,disabledByMicrosoftStatus,homepage,"
    "info,keyCredentials,passwordCredentials,replyUrls,servicePrincipalNames,servicePrincipalType,signInAudience,tags,"
    "verifiedPublisher"
)
# createdDateTime is not in Graph's metadata of service principals, and comes all the same.
_APPLICATION = (
    "id,appId,displayName,certification,createdDateTime,disabledByMicrosoftStatus,identifierUris,info,keyCredentials,"
    "passwordCredentials,publicClient,publisherDomain,requiredResourceAccess,signInAudience,spa,tags,"
    "verifiedPublisher,web"
)
_DELETED_APPLICATION = "id,appId,displayName,createdDateTime,deletedDateTime,publisherDomain,verifiedPublisher"
_DELETED_SERVICE_PRINCIPAL = (
    "id,appId,displayName,appOwnerOrganizationId,createdDateTime,deletedDateTime,servicePrincipalType,verifiedPublisher"
)
_SELECTED = {
    DirectoryKind.APPLICATIONS: _APPLICATION,
    DirectoryKind.SERVICE_PRINCIPALS: _SERVICE_PRINCIPAL,
    DirectoryKind.GRANTS: "id,clientId,consentType,principalId,resourceId,scope",
}
_OWNER = "id,displayName"
_ASSIGNMENT = "id,appRoleId,createdDateTime,principalId,principalType,resourceId"
_ROLES = "/roleManagement/directory"
_MOST_OF_A_PAGE = "999"
"""Of directory objects; Graph refuses more."""
_MOST_RISKS_OF_A_PAGE = "500"
"""Of what Identity Protection lists; it refuses more."""


def list_path(kind: DirectoryKind) -> str:
    """The first page. Raises KeyError for a kind that cannot be listed."""
    return _LISTS[kind]


def count_path(kind: DirectoryKind) -> str:
    return f"/{kind}/$count"


def role_definitions_path() -> str:
    return _path(f"{_ROLES}/roleDefinitions", select="id,displayName")


def members_path(group_id: str) -> str:
    """Of every type, each with its type: members are asked for once instead of once for each type."""
    return _path(f"/groups/{quote(group_id, safe='')}/transitiveMembers", select="id", top=_MOST_OF_A_PAGE)


def latest_path(kind: DirectoryKind) -> str:
    return _path(f"/{kind}/delta", select=_SELECTED[kind], deltatoken="latest")


def apis_path(app_ids: Sequence[str]) -> str:
    """At most 15: longer filters are refused."""
    listed = ",".join(_literal(app_id) for app_id in app_ids)
    return _path("/servicePrincipals", filter=f"appId in ({listed})", select=f"{_SERVICE_PRINCIPAL},appRoles")


def assigned_to_path(api_object_id: str) -> str:
    return _path(f"{_principal(api_object_id)}/appRoleAssignedTo", select=_ASSIGNMENT, top=_MOST_OF_A_PAGE)


def principal_path(object_id: str, *, whole: bool) -> str:
    """``whole``: with every property that Graph returns unasked, else as in the list."""
    return _principal(object_id) if whole else _path(_principal(object_id), select=_SERVICE_PRINCIPAL)


def owners_path(object_id: str) -> str:
    return _path(f"{_principal(object_id)}/owners", select=_OWNER, top=_MOST_OF_A_PAGE)


def registration_owners_path(object_id: str) -> str:
    return _path(f"{_registration(object_id)}/owners", select=_OWNER, top=_MOST_OF_A_PAGE)


def federated_credentials_path(object_id: str) -> str:
    """Graph allows twenty of them, so they are one page."""
    return f"{_registration(object_id)}/federatedIdentityCredentials"


def own_roles_path(object_id: str) -> str:
    return _path(f"{_ROLES}/roleAssignments", filter=f"principalId eq {_literal(object_id)}")


def assignments_path(object_id: str) -> str:
    return _path(f"{_principal(object_id)}/appRoleAssignments", top=_MOST_OF_A_PAGE)


def own_grants_path(object_id: str) -> str:
    return _path(f"{_principal(object_id)}/oauth2PermissionGrants", top=_MOST_OF_A_PAGE)


def audits_path(start: datetime, end: datetime, most: int) -> str:
    """From ``start`` to ``end``, both included, oldest first, ``most`` a page; Graph takes at most 1,000."""
    period = f"activityDateTime ge {_instant(start)} and activityDateTime le {_instant(end)}"
    return _path("/auditLogs/directoryAudits", filter=period, orderby="activityDateTime asc", top=str(most))


def sign_ins_path(kind: str, start: datetime, end: datetime, most: int) -> str:
    """Of one ``kind``. The order is asked for and not relied upon."""
    period = f"createdDateTime ge {_instant(start)} and createdDateTime le {_instant(end)}"
    of_kind = f"signInEventTypes/any(t: t eq {_literal(kind)})"
    return _path("/auditLogs/signIns", filter=f"{of_kind} and {period}", orderby="createdDateTime asc", top=str(most))


def risk_detections_path() -> str:
    """Whole: of no property of time is it documented that it can be filtered or sorted by."""
    return _path("/identityProtection/servicePrincipalRiskDetections", top=_MOST_RISKS_OF_A_PAGE)


def risky_service_principals_path() -> str:
    return _path("/identityProtection/riskyServicePrincipals", top=_MOST_RISKS_OF_A_PAGE)


def defender_alerts_path(start: datetime, end: datetime) -> str:
    """By their last change. One alert may have fifty kilobytes, hence small pages; no order is documented."""
    period = f"lastUpdateDateTime ge {_instant(start)} and lastUpdateDateTime le {_instant(end)}"
    return _path("/security/alerts_v2", filter=period, top="100")


def azure_activity_path(subscription_id: str, start: datetime, end: datetime) -> str:
    """Newest first, whatever is asked; times stand in quotes there. Below ``/subscriptions``."""
    period = f"eventTimestamp ge '{_instant(start)}' and eventTimestamp le '{_instant(end)}'"
    query = urlencode({"api-version": "2015-04-01", "$filter": period}, safe="$", quote_via=quote)
    return f"/{quote(subscription_id, safe='')}/providers/Microsoft.Insights/eventtypes/management/values?{query}"


def audit_search_path(search_id: str, *, records: bool = False) -> str:
    path = f"/security/auditLog/queries/{quote(search_id, safe='')}"
    return _path(f"{path}/records", top=_MOST_OF_A_PAGE) if records else path


def activity_path(tenant_id: str, call: str, **options: str) -> str:
    """A call of the Management Activity API. Without naming the publisher all of its clients share one small limit."""
    query = urlencode({**options, "PublisherIdentifier": tenant_id}, safe=":", quote_via=quote)
    return f"/{quote(tenant_id, safe='')}/activity/feed/subscriptions/{call}?{query}"


def with_publisher(address: str, tenant_id: str) -> str:
    """The same for an address that the API gave."""
    separator = "&" if "?" in address else "?"
    return address if "PublisherIdentifier=" in address else f"{address}{separator}PublisherIdentifier={tenant_id}"


def report_path(report: UsageReport) -> str:
    """Graph's documentation leaves open how much of a report a page may be: no more than of any other collection."""
    return _path(f"/reports/{report}", top=_MOST_OF_A_PAGE)


def _path(path: str, **options: str) -> str:
    query = urlencode({f"${name}": value for name, value in options.items()}, safe="$,()", quote_via=quote)
    return f"{path}?{query}"


def _principal(object_id: str) -> str:
    return f"/servicePrincipals/{quote(object_id, safe='')}"


def _registration(object_id: str) -> str:
    return f"/applications/{quote(object_id, safe='')}"


def _literal(value: str) -> str:
    doubled = value.replace("'", "''")
    return f"'{doubled}'"


def _instant(time: datetime) -> str:
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _with_owners(kind: DirectoryKind) -> str:
    """Pages with owners are smaller: expanding them costs Graph much more than the objects themselves."""
    return _path(f"/{kind}", select=_SELECTED[kind], expand=f"owners($select={_OWNER})", top="100")


def _of_deleted(type_name: str, select: str) -> str:
    return _path(f"/directory/deletedItems/microsoft.graph.{type_name}", select=select, top=_MOST_OF_A_PAGE)


_LISTS = {
    DirectoryKind.SERVICE_PRINCIPALS: _with_owners(DirectoryKind.SERVICE_PRINCIPALS),
    DirectoryKind.APPLICATIONS: _with_owners(DirectoryKind.APPLICATIONS),
    DirectoryKind.GRANTS: _path("/oauth2PermissionGrants", select=_SELECTED[DirectoryKind.GRANTS], top=_MOST_OF_A_PAGE),
    # The type of a principal tells users, groups and service principals apart, and comes only with the principal.
    DirectoryKind.ROLE_ASSIGNMENTS: _path(f"{_ROLES}/roleAssignments", expand="principal($select=id)"),
    DirectoryKind.FEDERATED_CREDENTIALS: _path(
        "/applications", select="id,appId", expand="federatedIdentityCredentials", top=_MOST_OF_A_PAGE
    ),
    DirectoryKind.DELETED_APPLICATIONS: _of_deleted("application", _DELETED_APPLICATION),
    DirectoryKind.DELETED_SERVICE_PRINCIPALS: _of_deleted("servicePrincipal", _DELETED_SERVICE_PRINCIPAL),
    DirectoryKind.USERS: _path(
        "/users", select="id,displayName,userPrincipalName,userType,accountEnabled", top=_MOST_OF_A_PAGE
    ),
}
"""The first pages, by kind."""
