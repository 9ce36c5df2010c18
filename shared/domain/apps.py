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


class App(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """One app. ``created`` and the like are UTC."""

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
    consented_users: Known[int] = UNKNOWN
