"""The App: what the inventory knows of one OAuth app in this tenant.

The inventory's parsers fill it; policies of kind ``app`` judge it, and detections on events may read it.
"""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from shared.domain.events import CredentialKind
from shared.domain.known import UNKNOWN, Known
from shared.domain.privileges import Privilege


class Origin(StrEnum):
    """Whose app it is, by its home tenant."""

    INTERNAL = "internal"
    EXTERNAL = "external"
    MICROSOFT = "microsoft"


class PermissionKind(StrEnum):
    DELEGATED = "delegated"
    APPLICATION = "application"


class Permission(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """One permission the app holds. ``consent_type`` is AllPrincipals or Principal for delegated ones."""

    name: str
    kind: PermissionKind
    privilege: Privilege
    resource_app_id: str | None = None
    consent_type: str | None = None
    users: int = 0


class Credential(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """A credential on the registration or the service principal. Never its value."""

    key_id: str | None = None
    kind: CredentialKind = CredentialKind.UNKNOWN
    display_name: str | None = None
    start: datetime | None = None
    end: datetime | None = None


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


class App(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """One app. ``created`` and the like are UTC.

    ``first_seen`` is when the service saw it first. ``deleted`` is when it was found to be gone: an app outlives that.
    """

    app_id: str
    service_principal_id: str | None = None
    application_object_id: str | None = None
    display_name: str | None = None
    enabled: Known[bool] = UNKNOWN
    origin: Known[Origin] = UNKNOWN
    created: Known[datetime] = UNKNOWN
    publisher_name: Known[str] = UNKNOWN
    publisher_verified: Known[bool] = UNKNOWN
    sign_in_audience: Known[str] = UNKNOWN
    service_principal_type: Known[str] = UNKNOWN
    homepage: Known[str] = UNKNOWN
    reply_urls: Known[tuple[str, ...]] = UNKNOWN
    permissions: Known[tuple[Permission, ...]] = UNKNOWN
    privilege: Known[Privilege] = UNKNOWN
    credentials: Known[tuple[Credential, ...]] = UNKNOWN
    owner_count: Known[int] = UNKNOWN
    owners: Known[tuple[Owner, ...]] = UNKNOWN
    grants: Known[tuple[ConsentGrant, ...]] = UNKNOWN
    consented_users: Known[int] = UNKNOWN
    disabled_by_microsoft: Known[bool] = UNKNOWN
    tags: Known[tuple[str, ...]] = UNKNOWN
    first_seen: datetime | None = None
    deleted: datetime | None = None

    @property
    def is_watched(self) -> bool:
        """Whether app policies judge it: Microsoft's own apps, managed identities and deleted apps they leave out."""
        is_own = self.origin is Origin.MICROSOFT or self.service_principal_type == "ManagedIdentity"
        return self.deleted is None and not is_own
