"""Directory objects as Graph tells of them, before they become Apps."""

from enum import StrEnum
from typing import Any

from msgspec import Struct

type DirectoryObject = dict[str, Any]
"""One object as on the wire. A delta tells only of some of its properties."""


class DirectoryKind(StrEnum):
    """A kind of directory object, by the name of its collection in Graph.

    Role assignments are those of directory roles. Federated credentials come with the registration they stand on: an
    application with its id, appId and ``federatedIdentityCredentials``.
    """

    SERVICE_PRINCIPALS = "servicePrincipals"
    APPLICATIONS = "applications"
    GRANTS = "oauth2PermissionGrants"
    APP_ROLE_ASSIGNMENTS = "appRoleAssignments"
    ROLE_ASSIGNMENTS = "roleAssignments"
    FEDERATED_CREDENTIALS = "federatedIdentityCredentials"
    DELETED_APPLICATIONS = "deletedApplications"
    DELETED_SERVICE_PRINCIPALS = "deletedServicePrincipals"
    USERS = "users"


class DirectoryPage(Struct, frozen=True, kw_only=True):
    """One page of a collection or of its changes. The last page of changes carries the link for the next round.

    An empty page with a ``next_link`` is not the last one.
    """

    objects: tuple[DirectoryObject, ...]
    next_link: str | None = None
    delta_link: str | None = None


class ServicePrincipalParts(Struct, frozen=True, kw_only=True):
    """One service principal and all that hangs on it, read at about one time.

    Grants and role assignments are None where they may not be read: what was known of them then still holds.
    """

    principal: DirectoryObject
    owners: tuple[DirectoryObject, ...]
    app_role_assignments: tuple[DirectoryObject, ...]
    grants: tuple[DirectoryObject, ...] | None
    role_assignments: tuple[DirectoryObject, ...] | None = ()


class RegistrationParts(Struct, frozen=True, kw_only=True):
    """What neither a lookup of an application nor its changes tell."""

    owners: tuple[DirectoryObject, ...]
    federated_credentials: tuple[DirectoryObject, ...]
