"""The endpoints that are called, by the name that errors tell, with the least permissions that open each."""

from dataclasses import dataclass

from shared.domain.directory import DirectoryKind


@dataclass(frozen=True)
class Endpoint:
    """``permissions``: application permissions of Graph, any one of which is enough."""

    name: str
    permissions: tuple[str, ...]


APPLICATIONS = Endpoint("GET /applications", ("Application.Read.All",))
SERVICE_PRINCIPALS = Endpoint("GET /servicePrincipals", ("Application.Read.All",))
# Application.Read.All does not open the grants.
GRANTS = Endpoint("GET /oauth2PermissionGrants", ("Directory.Read.All",))
ASSIGNED_TO = Endpoint("GET /servicePrincipals/{id}/appRoleAssignedTo", ("Application.Read.All",))
OWNERS = Endpoint("GET /servicePrincipals/{id}/owners", ("Application.Read.All",))
REGISTRATION_OWNERS = Endpoint("GET /applications/{id}/owners", ("Application.Read.All",))
ASSIGNMENTS = Endpoint("GET /servicePrincipals/{id}/appRoleAssignments", ("Application.Read.All",))
OWN_GRANTS = Endpoint("GET /servicePrincipals/{id}/oauth2PermissionGrants", ("Directory.Read.All",))
BY_IDS = Endpoint("POST /directoryObjects/getByIds", ("Directory.Read.All",))
# A batch itself needs none: each request inside is checked on its own.
BATCH = Endpoint("POST /$batch", ("Application.Read.All",))
AUDITS = Endpoint("GET /auditLogs/directoryAudits", ("AuditLog.Read.All",))
SET_ENABLED = Endpoint("PATCH /servicePrincipals/{id}", ("Application.ReadWrite.All",))

LISTED = {
    DirectoryKind.APPLICATIONS: APPLICATIONS,
    DirectoryKind.SERVICE_PRINCIPALS: SERVICE_PRINCIPALS,
    DirectoryKind.GRANTS: GRANTS,
}
"""Kinds that can be listed whole and have changes. App role assignments have neither: they are read by API."""
