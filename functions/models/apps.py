"""Apps as the API lists them.

Null is what was read and is not set, and what is not known; texts come from whoever made the app.
"""

from datetime import datetime

from pydantic.alias_generators import to_camel

from functions.models.app_filters import AppFilters
from functions.models.completeness import PartResource, ReadingResource, parts_of, reading_of
from functions.models.shapes import PageParameters, Sent
from shared.domain.app_summaries import AppStatus, AppSummary, Consent, PermissionType
from shared.domain.app_traits import Trait
from shared.domain.apps import Certification, Origin
from shared.domain.events import Service
from shared.domain.privileges import Privilege
from shared.pipeline.inventory.app_list import AppListing

_MOMENTS = frozenset(
    {
        "credential_expires",
        "credential_unused_since",
        "created",
        "registered",
        "first_seen",
        "modified",
        "deleted",
        "last_used",
        "judged",
    }
)


class AppSummaryResource(Sent):
    """One row. ``consent`` is admin if an administrator let the app in for all, or granted it application permissions.

    ``traits`` hold and ``openTraits`` cannot be told, as of ``judgedDateTime``, like ``risk``. ``apis`` are appIds.
    ``priorityUsers`` counts nobody while no priority accounts are set (PRIORITY_USERS, PRIORITY_GROUP_IDS).
    ``dataUseItems`` and ``dataUseBytes`` are what was read, sent or changed in 30 days, ``dataServices`` the items by
    service, and ``dataUseTrend`` their growth in per cent against the 30 days before; ``countries`` counts sign-ins and
    requests of the same time, and ``activeUsers`` whom it acted for. Null and empty where no activity is collected.
    ``isWatched`` is false for apps that no app policy judges: Microsoft's own, managed identities, deleted ones, and
    those known to have no access to data. Policies on events tell of these all the same.
    """

    app_id: str
    service_principal_id: str | None
    application_object_id: str | None
    display_name: str | None
    publisher_name: str | None
    publisher_verified: bool | None
    certification: Certification | None
    origin: Origin | None
    home_tenant_id: str | None
    service_principal_type: str | None
    risk: int | None
    privilege: Privilege | None
    permissions: list[str]
    permission_count: int
    permission_type: PermissionType | None
    unused_permissions: int | None
    data_use_items: int | None
    data_use_bytes: int | None
    data_use_trend: int | None
    data_services: dict[Service, int]
    countries: dict[str, int]
    active_users: int | None
    apis: list[str]
    directory_roles: list[str]
    consent: Consent | None
    consented_users: int | None
    priority_users: int | None
    privileged_users: int | None
    status: AppStatus | None
    enabled: bool | None
    disabled_by_microsoft: bool | None
    owner_count: int | None
    credential_count: int | None
    credential_ends: list[datetime]
    credential_expires_date_time: datetime | None
    credential_unused_since_date_time: datetime | None
    created_date_time: datetime | None
    registered_date_time: datetime | None
    first_seen_date_time: datetime | None
    modified_date_time: datetime | None
    deleted_date_time: datetime | None
    last_used_date_time: datetime | None
    traits: list[Trait]
    open_traits: list[Trait]
    judged_date_time: datetime | None
    is_new: bool
    is_microsofts: bool
    is_watched: bool


class AppList(Sent):
    """A page. ``totalCount`` counts all apps that match.

    ``lastCompleteRead`` is when the directory was last known as a whole, null before the first read is complete: what
    is listed until then is not all, and ``reading`` says how far it has come. ``parts`` says of each part of what is
    known how old it is, and what is missing.
    """

    value: list[AppSummaryResource]
    next_link: str | None = None
    total_count: int
    last_complete_read: datetime | None
    reading: ReadingResource | None
    parts: list[PartResource]


class AppListParameters(AppFilters, PageParameters):
    """Filters, order and page. Several values of one filter are joined by commas."""


def app_list(listing: AppListing, next_link: str | None, now: datetime) -> AppList:
    return AppList(
        value=[summary_resource(row, now) for row in listing.page.apps],
        next_link=next_link,
        total_count=listing.page.total,
        last_complete_read=listing.completeness.last_complete_read,
        reading=reading_of(listing.completeness),
        parts=parts_of(listing.completeness),
    )


def column_name(field: str) -> str:
    """The name here of a field of ``AppSummary``."""
    return to_camel(f"{field}_date_time" if field in _MOMENTS else field)


def summary_resource(row: AppSummary, now: datetime) -> AppSummaryResource:
    return AppSummaryResource(
        app_id=row.app_id,
        service_principal_id=row.service_principal_id,
        application_object_id=row.application_object_id,
        display_name=row.display_name,
        publisher_name=row.publisher_name,
        publisher_verified=row.publisher_verified,
        certification=row.certification,
        origin=row.origin,
        home_tenant_id=row.home_tenant_id,
        service_principal_type=row.service_principal_type,
        risk=row.risk,
        privilege=row.privilege,
        permissions=list(row.permissions),
        permission_count=len(row.permissions),
        permission_type=row.permission_type,
        unused_permissions=row.unused_permissions,
        data_use_items=row.data_use_items,
        data_use_bytes=row.data_use_bytes,
        data_use_trend=row.data_use_trend,
        data_services=row.data_services,
        countries=row.countries,
        active_users=row.active_users,
        apis=list(row.apis),
        directory_roles=list(row.directory_roles),
        consent=row.consent,
        consented_users=row.consented_users,
        priority_users=row.priority_users,
        privileged_users=row.privileged_users,
        status=row.status,
        enabled=row.enabled,
        disabled_by_microsoft=row.disabled_by_microsoft,
        owner_count=row.owner_count,
        credential_count=row.credential_count,
        credential_ends=list(row.credential_ends),
        credential_expires_date_time=row.credential_expires,
        credential_unused_since_date_time=row.credential_unused_since,
        created_date_time=row.created,
        registered_date_time=row.registered,
        first_seen_date_time=row.first_seen,
        modified_date_time=row.modified,
        deleted_date_time=row.deleted,
        last_used_date_time=row.last_used,
        traits=list(row.traits),
        open_traits=list(row.open_traits),
        judged_date_time=row.judged,
        is_new=row.is_new(now),
        is_microsofts=row.is_microsofts,
        is_watched=row.is_watched,
    )
