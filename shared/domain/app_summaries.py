"""The list of apps: one small row for each, and what readers ask of it."""

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from shared.domain.app_traits import Trait
from shared.domain.apps import Certification, Origin
from shared.domain.events import Service
from shared.domain.privileges import Privilege

NEW_FOR = timedelta(days=7)
RISKY_FROM = 70
"""The score from which an app counts as risky."""


class Consent(StrEnum):
    """Who let an app in: an administrator for all, users for themselves, or nobody."""

    ADMIN = "admin"
    USER = "user"
    NONE = "none"


class PermissionType(StrEnum):
    """By what an app reaches data; mixed stands for two or more of the others."""

    DELEGATED = "delegated"
    APPLICATION = "application"
    DIRECTORY_ROLES = "directoryRoles"
    MIXED = "mixed"
    NONE = "none"


class AppStatus(StrEnum):
    ENABLED = "enabled"
    DISABLED = "disabled"
    DISABLED_BY_MICROSOFT = "disabledByMicrosoft"
    DELETED = "deleted"


class AppSummary(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """One row. None stands for null and for unknown: the app itself tells them apart.

    ``permissions`` are the names, each once; ``apis`` the appIds of the APIs they are for. ``credential_ends`` are the
    ends of those credentials that end; ``credential_expires`` is the next of those to come, or the last where all are
    past. ``credential_unused_since`` is the last use of the valid secret or certificate that has gone unused longest,
    or its start if it was never used. ``unused_permissions`` is None where no report can tell. ``traits`` are those
    that hold and ``open_traits`` those that nobody can tell, as of ``judged``, like ``risk``, which is None while
    nobody has read the permissions. ``data_use_items`` and ``data_use_bytes`` were touched within 30 days, the items by
    service in ``data_services``; ``data_use_trend`` is their growth in per cent. ``countries`` counts by code what came
    from there in that time, and ``active_users`` the users it acted for; None and empty where no activity is collected.
    ``is_microsofts`` marks Microsoft's own apps and managed identities, which the list leaves out unless asked.
    """

    app_id: str
    service_principal_id: str | None = None
    application_object_id: str | None = None
    display_name: str | None = None
    publisher_name: str | None = None
    publisher_verified: bool | None = None
    certification: Certification | None = None
    origin: Origin | None = None
    home_tenant_id: str | None = None
    service_principal_type: str | None = None
    privilege: Privilege | None = None
    permissions: tuple[str, ...] = ()
    permission_type: PermissionType | None = None
    apis: tuple[str, ...] = ()
    directory_roles: tuple[str, ...] = ()
    consent: Consent | None = None
    consented_users: int | None = None
    priority_users: int | None = None
    privileged_users: int | None = None
    status: AppStatus | None = None
    enabled: bool | None = None
    disabled_by_microsoft: bool | None = None
    owner_count: int | None = None
    credential_count: int | None = None
    credential_ends: tuple[datetime, ...] = ()
    credential_expires: datetime | None = None
    credential_unused_since: datetime | None = None
    created: datetime | None = None
    registered: datetime | None = None
    first_seen: datetime | None = None
    modified: datetime | None = None
    deleted: datetime | None = None
    last_used: datetime | None = None
    unused_permissions: int | None = None
    data_use_items: int | None = None
    data_use_bytes: int | None = None
    data_use_trend: int | None = None
    data_services: dict[Service, int] = {}
    countries: dict[str, int] = {}
    active_users: int | None = None
    risk: int | None = None
    traits: tuple[Trait, ...] = ()
    open_traits: tuple[Trait, ...] = ()
    judged: datetime | None = None
    is_watched: bool = True
    is_microsofts: bool = False

    @property
    def holds_nothing(self) -> bool:
        """Whether all that it could hold was read and there is none of it, so that it has no privilege."""
        return self.permission_type is PermissionType.NONE

    def is_new(self, now: datetime) -> bool:
        """By the date it was created; where that is not known, by when it was seen first."""
        since = self.created or self.first_seen
        return since is not None and now - since <= NEW_FOR


class AppSort(StrEnum):
    """The columns to sort by."""

    DISPLAY_NAME = "displayName"
    APP_ID = "appId"
    PUBLISHER_NAME = "publisherName"
    PUBLISHER_VERIFIED = "publisherVerified"
    CERTIFICATION = "certification"
    ORIGIN = "origin"
    STATUS = "status"
    RISK = "risk"
    PRIVILEGE = "privilege"
    PERMISSION_TYPE = "permissionType"
    PERMISSION_COUNT = "permissionCount"
    UNUSED_PERMISSIONS = "unusedPermissions"
    CONSENT = "consent"
    CONSENTED_USERS = "consentedUsers"
    PRIORITY_USERS = "priorityUsers"
    PRIVILEGED_USERS = "privilegedUsers"
    ENABLED = "enabled"
    OWNER_COUNT = "ownerCount"
    CREDENTIAL_COUNT = "credentialCount"
    CREDENTIAL_EXPIRES = "credentialExpiresDateTime"
    CREDENTIAL_UNUSED_SINCE = "credentialUnusedSinceDateTime"
    CREATED = "createdDateTime"
    REGISTERED = "registeredDateTime"
    FIRST_SEEN = "firstSeenDateTime"
    MODIFIED = "modifiedDateTime"
    DELETED = "deletedDateTime"
    LAST_USED = "lastUsedDateTime"
    DATA_USE_ITEMS = "dataUseItems"
    DATA_USE_BYTES = "dataUseBytes"
    DATA_USE_TREND = "dataUseTrend"
    ACTIVE_USERS = "activeUsers"


class AppQuery(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """Filters of the list, all of which must hold; None means no filter.

    ``text`` is looked for in name, publisher and appId, ``permission`` is a whole name; neither minds the case. Of the
    values of one filter any counts, but of ``traits`` all must hold; ``not_traits`` must be known not to. ``api`` are
    appIds of APIs. Users and the like are at least so many, and so are the items of ``data_use_from``. ``used_before``
    takes in apps that have never been used as far as the report tells. Without ``include_microsoft``, Microsoft's own
    apps and managed identities are left out, unless ``origin`` asks for them.
    """

    text: str | None = None
    app_ids: frozenset[str] | None = None
    origin: frozenset[Origin] | None = None
    privilege: frozenset[Privilege] | None = None
    consent: frozenset[Consent] | None = None
    status: frozenset[AppStatus] | None = None
    permission_type: frozenset[PermissionType] | None = None
    certification: frozenset[Certification] | None = None
    traits: frozenset[Trait] | None = None
    not_traits: frozenset[Trait] | None = None
    permission: str | None = None
    api: frozenset[str] | None = None
    directory_role: str | None = None
    publisher: str | None = None
    home_tenant_id: str | None = None
    enabled: bool | None = None
    verified: bool | None = None
    new: bool | None = None
    has_owner: bool | None = None
    risk_from: int | None = None
    users_from: int | None = None
    priority_users_from: int | None = None
    data_use_from: int | None = None
    used_before: datetime | None = None
    used_after: datetime | None = None
    created_before: datetime | None = None
    created_after: datetime | None = None
    modified_before: datetime | None = None
    modified_after: datetime | None = None
    credential_expires_before: datetime | None = None
    include_microsoft: bool = False
    include_deleted: bool = False
    sort: AppSort = AppSort.DISPLAY_NAME
    descending: bool = False


class AppPage(Struct, frozen=True, kw_only=True):
    """``total`` counts all apps that match; ``next`` is where the next page begins, None on the last."""

    apps: tuple[AppSummary, ...]
    total: int
    next: str | None


class AppCounts(Struct, frozen=True, kw_only=True):
    """Apps that people govern, so without Microsoft's own, managed identities and deleted ones.

    ``unknown`` stands for what was not read or is not set; the privilege ``none`` for apps that were read and hold no
    permission. ``open_traits`` counts apps of which nobody can tell whether they have the trait, ``unscored`` those of
    which nobody can tell how risky they are.
    """

    total: int
    by_origin: dict[str, int]
    by_privilege: dict[str, int]
    by_verification: dict[str, int]
    by_status: dict[str, int]
    by_consent: dict[str, int]
    by_permission_type: dict[str, int]
    by_trait: dict[str, int]
    open_traits: dict[str, int]
    by_api: dict[str, int]
    consented_users: int
    risky: int
    unscored: int
    microsoft: int
    deleted: int
