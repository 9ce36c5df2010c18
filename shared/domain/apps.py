"""The App: what the inventory knows of one OAuth app in this tenant.

The inventory's parsers fill it; policies of kind ``app`` judge it, and detections on events may read it.
"""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from shared.domain.app_activity import AppActivity
from shared.domain.app_governance import AppGovernanceFacts
from shared.domain.data_use import CountryUse, DataUse
from shared.domain.events import CredentialKind
from shared.domain.known import UNKNOWN, Known
from shared.domain.microsoft import DATA_APIS
from shared.domain.permission_activity import PermissionActivity
from shared.domain.privileges import Privilege

MOST_CONSENTING_USERS = 250
"""Kept by name with an app: a policy that names users is about few."""


class Origin(StrEnum):
    """Whose app it is, by its home tenant."""

    INTERNAL = "internal"
    EXTERNAL = "external"
    MICROSOFT = "microsoft"


class PermissionKind(StrEnum):
    DELEGATED = "delegated"
    APPLICATION = "application"


class Certification(StrEnum):
    """How far Microsoft vouches for an app. Only registrations of this tenant tell it."""

    NONE = "none"
    PUBLISHER_ATTESTED = "publisherAttested"
    MICROSOFT_365_CERTIFIED = "microsoft365Certified"


class Permission(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """One permission the app holds. ``consent_type`` is AllPrincipals or Principal for delegated ones.

    ``granted`` is when an application permission was granted; of delegated ones Graph does not tell.
    """

    name: str
    kind: PermissionKind
    privilege: Privilege
    resource_app_id: str | None = None
    consent_type: str | None = None
    users: int = 0
    granted: datetime | None = None


class CredentialHolder(StrEnum):
    """The half of an app that a credential stands on, by Graph's word for it."""

    APPLICATION = "application"
    SERVICE_PRINCIPAL = "servicePrincipal"


class Credential(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """A credential on the registration or the service principal. Never its value.

    ``last_used`` is its last sign-in: None if the report was read and has none. ``issuer`` and ``subject`` say who may
    present the tokens that a federated credential trusts. ``signs`` marks the parts of a certificate by which the
    directory signs SAML tokens for the app: they end like any, and the app does not sign in with them.
    """

    key_id: str | None = None
    kind: CredentialKind = CredentialKind.UNKNOWN
    holder: CredentialHolder | None = None
    display_name: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    last_used: Known[datetime] = UNKNOWN
    issuer: str | None = None
    subject: str | None = None
    signs: bool = False


class ConsentGrant(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """What was consented to for one API: by an administrator for all (AllPrincipals), or by so many users (Principal).

    ``resource_app_id`` is None where the API is not known.
    """

    consent_type: str
    scopes: tuple[str, ...]
    resource_app_id: str | None = None
    users: int = 0


class Owner(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """Who may change the app. ``kind`` is user or servicePrincipal; names are None where we may not read them."""

    id: str
    name: str | None = None
    kind: str | None = None
    guest: Known[bool] = UNKNOWN
    enabled: Known[bool] = UNKNOWN
    roles: tuple[str, ...] = ()


class DirectoryRole(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """A directory role the app's service principal holds. ``template_id`` is that of the definition, built in or not.

    ``scope`` is ``/`` for the whole tenant. ``group_id`` is the group it holds the role through, None: directly.
    """

    template_id: str
    name: str | None = None
    scope: str = "/"
    group_id: str | None = None


class SignIns(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """The last sign-in of each way there is, by the report of sign-in activity; None: the report tells of none.

    As a client the app acts, for a user (delegated) or as itself (application); as a resource others act on it.
    """

    delegated_client: datetime | None = None
    application_client: datetime | None = None
    delegated_resource: datetime | None = None
    application_resource: datetime | None = None
    last: datetime | None = None


class AppLinks(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """What the publisher links to, as it says. Never followed by the service."""

    marketing: str | None = None
    privacy: str | None = None
    support: str | None = None
    terms: str | None = None


class App(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """One app. ``created`` and the like are UTC.

    ``created`` is when it came into the tenant, ``registered`` when it was registered in its own. ``first_seen`` is
    when the service saw it first, ``modified`` when it last saw a change of it other than in its use. ``deleted`` is
    when it was deleted, or found to be gone: an app outlives that; until ``recoverable_until`` it can be restored.
    ``sign_ins`` is None if the report of sign-in activity was read and does not name the app. ``use_read`` is when a
    complete one last told of the app or was silent about it, ``credential_use_read`` the same of the report on
    credentials; both may lag by a week. None: not yet.
    ``priority_users`` and ``privileged_users`` count, of the users who consented, those marked as priority accounts and
    those with a directory role. ``has_priority_accounts`` is whether anybody in the tenant is marked so: what acts for
    all users acts for those.
    ``data_use``, ``permission_use``, ``countries`` (of sign-ins and requests) and ``users_30d`` are what the record of
    activity tells, summed up once a day; UNKNOWN where it is not kept. ``activity`` is the same of late, in figures.
    ``consenting_users`` are ids and principal names (lower case) of users who consented for themselves, UNKNOWN where
    they are more than ``MOST_CONSENTING_USERS``; ``consenting_roles`` the names of their directory roles.
    ``consented_users_before`` is how many had consented 90 days ago.
    """

    app_id: str
    service_principal_id: str | None = None
    application_object_id: str | None = None
    display_name: str | None = None
    enabled: Known[bool] = UNKNOWN
    origin: Known[Origin] = UNKNOWN
    home_tenant_id: Known[str] = UNKNOWN
    created: Known[datetime] = UNKNOWN
    registered: Known[datetime] = UNKNOWN
    publisher_name: Known[str] = UNKNOWN
    publisher_verified: Known[bool] = UNKNOWN
    certification: Known[Certification] = UNKNOWN
    sign_in_audience: Known[str] = UNKNOWN
    service_principal_type: Known[str] = UNKNOWN
    homepage: Known[str] = UNKNOWN
    reply_urls: Known[tuple[str, ...]] = UNKNOWN
    links: Known[AppLinks] = UNKNOWN
    permissions: Known[tuple[Permission, ...]] = UNKNOWN
    privilege: Known[Privilege] = UNKNOWN
    credentials: Known[tuple[Credential, ...]] = UNKNOWN
    owner_count: Known[int] = UNKNOWN
    owners: Known[tuple[Owner, ...]] = UNKNOWN
    grants: Known[tuple[ConsentGrant, ...]] = UNKNOWN
    consented_users: Known[int] = UNKNOWN
    priority_users: Known[int] = UNKNOWN
    privileged_users: Known[int] = UNKNOWN
    has_priority_accounts: Known[bool] = UNKNOWN
    directory_roles: Known[tuple[DirectoryRole, ...]] = UNKNOWN
    sign_ins: Known[SignIns] = UNKNOWN
    use_read: datetime | None = None
    credential_use_read: datetime | None = None
    disabled_by_microsoft: Known[bool] = UNKNOWN
    tags: Known[tuple[str, ...]] = UNKNOWN
    first_seen: datetime | None = None
    modified: datetime | None = None
    deleted: datetime | None = None
    recoverable_until: datetime | None = None
    data_use: Known[DataUse] = UNKNOWN
    permission_use: Known[PermissionActivity] = UNKNOWN
    countries: Known[tuple[CountryUse, ...]] = UNKNOWN
    users_30d: Known[int] = UNKNOWN
    activity: Known[AppActivity] = UNKNOWN
    consenting_users: Known[tuple[str, ...]] = UNKNOWN
    consenting_roles: Known[tuple[str, ...]] = UNKNOWN
    consented_users_before: Known[int] = UNKNOWN
    app_governance: Known[AppGovernanceFacts] = UNKNOWN

    @property
    def in_tenant_since(self) -> datetime | None:
        """When it was created; where that is not known, when it was seen first, so that it is at least so old."""
        return self.created or self.first_seen

    @property
    def has_data_access(self) -> Known[bool]:
        """Whether it holds a permission to data of Microsoft 365, or any directory role.

        A permission of an API that is not known counts: nobody can tell that it is harmless.
        """
        if any(held.resource_app_id is None or held.resource_app_id in DATA_APIS for held in self.permissions or ()):
            return True
        if self.directory_roles:
            return True
        return UNKNOWN if UNKNOWN in (self.permissions, self.directory_roles) else False

    @property
    def is_microsofts(self) -> bool:
        """Microsoft's own apps and managed identities: nobody in the tenant governs those as apps."""
        return self.origin is Origin.MICROSOFT or self.service_principal_type == "ManagedIdentity"

    @property
    def is_watched(self) -> bool:
        """Whether app policies judge it: they leave out Microsoft's own, deleted apps, and those known to have no
        access to data. Policies on events do not: a credential that is added to such an app is a step of an attack.
        """
        return self.deleted is None and not self.is_microsofts and self.has_data_access is not False
