"""The list of apps: one small row for each, and what readers ask of it."""

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct, UnsetType

from shared.domain.apps import App, Origin, PermissionKind
from shared.domain.known import Known
from shared.domain.privileges import Privilege

NEW_FOR = timedelta(days=7)


class Consent(StrEnum):
    """Who let an app in: an administrator for all, users for themselves, or nobody."""

    ADMIN = "admin"
    USER = "user"
    NONE = "none"


class AppSummary(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """One row. None stands for null and for unknown: the app itself tells them apart.

    ``permissions`` are the names, each once. ``credential_ends`` are the ends of those credentials that end.
    """

    app_id: str
    service_principal_id: str | None = None
    display_name: str | None = None
    publisher_name: str | None = None
    publisher_verified: bool | None = None
    origin: Origin | None = None
    service_principal_type: str | None = None
    privilege: Privilege | None = None
    permissions: tuple[str, ...] = ()
    consent: Consent | None = None
    consented_users: int | None = None
    enabled: bool | None = None
    disabled_by_microsoft: bool | None = None
    owner_count: int | None = None
    credential_count: int | None = None
    credential_ends: tuple[datetime, ...] = ()
    created: datetime | None = None
    first_seen: datetime | None = None
    deleted: datetime | None = None
    is_watched: bool = True

    @property
    def holds_nothing(self) -> bool:
        """Whether its permissions were read and there are none, so that it has no privilege."""
        return self.consent is Consent.NONE

    def is_new(self, now: datetime) -> bool:
        """By the date it was created; where that is not known, by when it was seen first."""
        since = self.created or self.first_seen
        return since is not None and now - since <= NEW_FOR


class AppSort(StrEnum):
    """The columns to sort by."""

    DISPLAY_NAME = "displayName"
    PUBLISHER_NAME = "publisherName"
    PUBLISHER_VERIFIED = "publisherVerified"
    ORIGIN = "origin"
    PRIVILEGE = "privilege"
    PERMISSION_COUNT = "permissionCount"
    CONSENT = "consent"
    CONSENTED_USERS = "consentedUsers"
    ENABLED = "enabled"
    OWNER_COUNT = "ownerCount"
    CREDENTIAL_COUNT = "credentialCount"
    CREATED = "createdDateTime"


class AppQuery(Struct, frozen=True, kw_only=True):
    """Filters of the list, all of which must hold; None means no filter.

    ``text`` is looked for in name, publisher and appId, ``permission`` is a whole name; neither minds the case. Without
    ``include_microsoft``, Microsoft's own apps and managed identities are left out, unless ``origin`` asks for them.
    """

    text: str | None = None
    origin: frozenset[str] | None = None
    privilege: frozenset[str] | None = None
    consent: frozenset[str] | None = None
    permission: str | None = None
    enabled: bool | None = None
    verified: bool | None = None
    new: bool | None = None
    has_owner: bool | None = None
    include_microsoft: bool = False
    include_deleted: bool = False
    sort: AppSort = AppSort.DISPLAY_NAME
    descending: bool = False


class AppPage(Struct, frozen=True, kw_only=True):
    """``total`` counts all apps that match; ``next`` is where the next page begins, None on the last."""

    apps: tuple[AppSummary, ...]
    total: int
    next: str | None


def summary_of(app: App) -> AppSummary:
    permissions = app.permissions or ()
    credentials = app.credentials or ()
    return AppSummary(
        app_id=app.app_id,
        service_principal_id=app.service_principal_id,
        display_name=app.display_name,
        publisher_name=_or_none(app.publisher_name),
        publisher_verified=_or_none(app.publisher_verified),
        origin=_or_none(app.origin),
        service_principal_type=_or_none(app.service_principal_type),
        privilege=_or_none(app.privilege),
        permissions=tuple(dict.fromkeys(held.name for held in permissions)),
        consent=_consent(app),
        consented_users=_or_none(app.consented_users),
        enabled=_or_none(app.enabled),
        disabled_by_microsoft=_or_none(app.disabled_by_microsoft),
        owner_count=_or_none(app.owner_count),
        credential_count=len(app.credentials) if isinstance(app.credentials, tuple) else None,
        credential_ends=tuple(sorted(credential.end for credential in credentials if credential.end)),
        created=_or_none(app.created),
        first_seen=app.first_seen,
        deleted=app.deleted,
        is_watched=app.is_watched,
    )


def _consent(app: App) -> Consent | None:
    """Application permissions need an administrator, like a grant for all users."""
    if not isinstance(app.permissions, tuple):
        return None
    if any(held.kind is PermissionKind.APPLICATION or held.consent_type == "AllPrincipals" for held in app.permissions):
        return Consent.ADMIN
    return Consent.USER if app.permissions else Consent.NONE


def _or_none[T](value: Known[T]) -> T | None:
    return None if isinstance(value, UnsetType) else value
