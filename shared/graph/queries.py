"""Paths of the requests, with what is selected. Values are encoded here and nowhere else."""

from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import quote, urlencode

from shared.domain.directory import DirectoryKind

_SERVICE_PRINCIPAL = (
    "id,appId,displayName,accountEnabled,appOwnerOrganizationId,createdDateTime,disabledByMicrosoftStatus,homepage,"
    "keyCredentials,passwordCredentials,replyUrls,servicePrincipalNames,servicePrincipalType,signInAudience,tags,"
    "verifiedPublisher"
)
# createdDateTime is not in Graph's metadata of service principals, and comes all the same.
_APPLICATION = (
    "id,appId,displayName,createdDateTime,disabledByMicrosoftStatus,identifierUris,keyCredentials,passwordCredentials,"
    "publicClient,publisherDomain,requiredResourceAccess,signInAudience,spa,tags,verifiedPublisher,web"
)
_SELECTED = {
    DirectoryKind.APPLICATIONS: _APPLICATION,
    DirectoryKind.SERVICE_PRINCIPALS: _SERVICE_PRINCIPAL,
    DirectoryKind.GRANTS: "id,clientId,consentType,principalId,resourceId,scope",
}
_OWNER = "id,displayName"
_MOST_OF_A_PAGE = "999"
"""Of directory objects; Graph refuses more."""


def list_path(kind: DirectoryKind) -> str:
    """The first page. Pages with owners are smaller: expanding costs Graph much more than the objects themselves."""
    if kind is DirectoryKind.GRANTS:
        return _path(f"/{kind}", select=_SELECTED[kind], top=_MOST_OF_A_PAGE)
    return _path(f"/{kind}", select=_SELECTED[kind], expand=f"owners($select={_OWNER})", top="100")


def latest_path(kind: DirectoryKind) -> str:
    return _path(f"/{kind}/delta", select=_SELECTED[kind], deltatoken="latest")


def apis_path(app_ids: Sequence[str]) -> str:
    """At most 15: longer filters are refused."""
    listed = ",".join(_literal(app_id) for app_id in app_ids)
    return _path("/servicePrincipals", filter=f"appId in ({listed})", select=f"{_SERVICE_PRINCIPAL},appRoles")


def assigned_to_path(api_object_id: str) -> str:
    return _path(f"{_principal(api_object_id)}/appRoleAssignedTo", top=_MOST_OF_A_PAGE)


def principal_path(object_id: str, *, whole: bool) -> str:
    """``whole``: with every property that Graph returns unasked, else as in the list."""
    return _principal(object_id) if whole else _path(_principal(object_id), select=_SERVICE_PRINCIPAL)


def owners_path(object_id: str) -> str:
    return _path(f"{_principal(object_id)}/owners", select=_OWNER, top=_MOST_OF_A_PAGE)


def registration_owners_path(object_id: str) -> str:
    return _path(f"/applications/{quote(object_id, safe='')}/owners", select=_OWNER, top=_MOST_OF_A_PAGE)


def assignments_path(object_id: str) -> str:
    return _path(f"{_principal(object_id)}/appRoleAssignments", top=_MOST_OF_A_PAGE)


def own_grants_path(object_id: str) -> str:
    return _path(f"{_principal(object_id)}/oauth2PermissionGrants", top=_MOST_OF_A_PAGE)


def audits_path(start: datetime, end: datetime, most: int) -> str:
    """From ``start`` to ``end``, both included, oldest first, ``most`` a page; Graph takes at most 1,000."""
    period = f"activityDateTime ge {_instant(start)} and activityDateTime le {_instant(end)}"
    return _path("/auditLogs/directoryAudits", filter=period, orderby="activityDateTime asc", top=str(most))


def _path(path: str, **options: str) -> str:
    query = urlencode({f"${name}": value for name, value in options.items()}, safe="$,()", quote_via=quote)
    return f"{path}?{query}"


def _principal(object_id: str) -> str:
    return f"/servicePrincipals/{quote(object_id, safe='')}"


def _literal(value: str) -> str:
    doubled = value.replace("'", "''")
    return f"'{doubled}'"


def _instant(time: datetime) -> str:
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
