"""Apps as the API shows them: the rows of the list, and one app whole.

Null is what was read and is not set, and what is not known; texts come from whoever made the app.
"""

from datetime import datetime
from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints

from functions.models.shapes import PageParameters, Sent, ShortText, listed
from shared.domain.app_summaries import AppQuery, AppSort, AppSummary, Consent
from shared.domain.apps import Origin
from shared.domain.inventory_reads import ReadStage
from shared.domain.privileges import Privilege
from shared.pipeline.inventory.app_list import Completeness


class ReadingResource(Sent):
    """A full read under way: its stage, and how many objects it has read, by stage."""

    stage: ReadStage
    objects: dict[str, int]


class AppSummaryResource(Sent):
    """One row. ``consent`` is admin if an administrator let the app in for all, or granted it application permissions.

    ``isWatched`` is false for Microsoft's own apps, managed identities and deleted apps: no policy judges those.
    """

    app_id: str
    service_principal_id: str | None
    display_name: str | None
    publisher_name: str | None
    publisher_verified: bool | None
    origin: Origin | None
    service_principal_type: str | None
    privilege: Privilege | None
    permissions: list[str]
    permission_count: int
    consent: Consent | None
    consented_users: int | None
    enabled: bool | None
    disabled_by_microsoft: bool | None
    owner_count: int | None
    credential_count: int | None
    created_date_time: datetime | None
    first_seen_date_time: datetime | None
    deleted_date_time: datetime | None
    is_new: bool
    is_watched: bool


class AppList(Sent):
    """A page. ``totalCount`` counts all apps that match.

    ``lastCompleteRead`` is when the directory was last known as a whole, null before the first read is complete: what
    is listed until then is not all, and ``reading`` says how far it has come.
    """

    value: list[AppSummaryResource]
    next_link: str | None = None
    total_count: int
    last_complete_read: datetime | None
    reading: ReadingResource | None


class AppListParameters(PageParameters):
    """Filters; all must hold. Several values of one filter are joined by commas."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None
    origin: Annotated[frozenset[Origin], BeforeValidator(listed)] | None = None
    privilege: Annotated[frozenset[Privilege], BeforeValidator(listed)] | None = None
    consent: Annotated[frozenset[Consent], BeforeValidator(listed)] | None = None
    permission: ShortText | None = None
    enabled: bool | None = None
    verified: bool | None = None
    new: Annotated[bool | None, Field(description="Created, or first seen, in the last seven days")] = None
    has_owner: bool | None = None
    include_microsoft: Annotated[bool, Field(description="Microsoft's own apps and managed identities as well")] = False
    include_deleted: bool = False
    sort: Annotated[
        str,
        Field(
            pattern=f"^-?({'|'.join(AppSort)})$",
            description="The column to sort by; with - before it, from the last to the first",
        ),
    ] = AppSort.DISPLAY_NAME.value

    def query(self) -> AppQuery:
        return AppQuery(
            text=self.text,
            origin=self.origin,
            privilege=self.privilege,
            consent=self.consent,
            permission=self.permission,
            enabled=self.enabled,
            verified=self.verified,
            new=self.new,
            has_owner=self.has_owner,
            include_microsoft=self.include_microsoft,
            include_deleted=self.include_deleted,
            sort=AppSort(self.sort.removeprefix("-")),
            descending=self.sort.startswith("-"),
        )


def summary_resource(row: AppSummary, now: datetime) -> AppSummaryResource:
    return AppSummaryResource(
        app_id=row.app_id,
        service_principal_id=row.service_principal_id,
        display_name=row.display_name,
        publisher_name=row.publisher_name,
        publisher_verified=row.publisher_verified,
        origin=row.origin,
        service_principal_type=row.service_principal_type,
        privilege=row.privilege,
        permissions=list(row.permissions),
        permission_count=len(row.permissions),
        consent=row.consent,
        consented_users=row.consented_users,
        enabled=row.enabled,
        disabled_by_microsoft=row.disabled_by_microsoft,
        owner_count=row.owner_count,
        credential_count=row.credential_count,
        created_date_time=row.created,
        first_seen_date_time=row.first_seen,
        deleted_date_time=row.deleted,
        is_new=row.is_new(now),
        is_watched=row.is_watched,
    )


def reading_of(completeness: Completeness) -> ReadingResource | None:
    if completeness.stage is None:
        return None
    return ReadingResource(stage=completeness.stage, objects=completeness.objects)
