"""The tenant's apps in numbers, and what changed."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from functions.models.app_details import AppAlertResource
from functions.models.apps import AppSummaryResource, column_name, summary_resource
from functions.models.completeness import PartResource, ReadingResource, parts_of, reading_of
from functions.models.shapes import PageParameters, Parameters, Sent
from shared.domain.events import Service
from shared.domain.inventory_days import AppChange, ChangesSince, InventoryDay
from shared.domain.ledger import SourceHealth, SourceState
from shared.pipeline.inventory.insights import MOST_TREND_DAYS, TREND_DAYS, Insights


class InsightsParameters(Parameters):
    days: Annotated[int, Field(ge=1, le=MOST_TREND_DAYS, description="How many days back the trend goes")] = TREND_DAYS


class ChangesParameters(PageParameters):
    since: Annotated[
        date,
        Field(description="A day as 2026-11-24; where none of its list is kept, the first day after it that is counts"),
    ]


class AppCountsResource(Sent):
    """Apps that people govern, so without Microsoft's own and managed identities (``microsoft``) and ``deleted`` ones.

    ``openTraits`` counts apps of which nobody can tell whether they have the trait, ``unscored`` those of which nobody
    can tell how risky they are; ``byApi`` is by appId.
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


class OpenAlertsResource(Sent):
    """Alerts that are not resolved; ``isComplete`` is false where only the newest 10,000 were counted.

    ``historical`` counts, of those in ``bySeverity``, the ones from before the tenant was watched; ``newest`` leaves
    them out.
    """

    by_severity: dict[str, int]
    historical: dict[str, int]
    newest: list[AppAlertResource]
    is_complete: bool


class SourceReadResource(Sent):
    """When a source was last read to its end, and how its collection fares."""

    source: str
    health: SourceHealth
    reason: str | None
    last_complete_read: datetime | None


class DayResource(Sent):
    """The apps that policies watch, as the list had them at ``takenDateTime``."""

    day: date
    taken_date_time: datetime
    apps: int
    by_trait: dict[str, int]
    by_privilege: dict[str, int]
    by_origin: dict[str, int]
    by_consent: dict[str, int]
    consented_users: int
    risky: int


class UseOfAllResource(Sent):
    """What all apps did in 30 days, Microsoft's own included. ``apps`` touched most. ``itemsByService`` counts
    items, ``appsByService`` apps, ``byCountry`` sign-ins and requests. Of the ``total`` apps with any activity
    ``summed`` are added up: those with the most items. All are empty where no activity is collected.
    """

    apps: list[AppSummaryResource]
    items_by_service: dict[Service, int]
    apps_by_service: dict[Service, int]
    by_country: dict[str, int]
    summed: int
    total: int


class InsightsResource(Sent):
    """``riskiest`` are enabled apps by their score, ``newest`` by when they came into the tenant.

    ``days`` are oldest first; a day on which the service did not run is left out. ``reading`` is a full read under
    way, and ``parts`` says of each part of what is known how old it is, and what is missing.
    """

    apps: AppCountsResource
    alerts: OpenAlertsResource
    newest: list[AppSummaryResource]
    riskiest: list[AppSummaryResource]
    use: UseOfAllResource
    days: list[DayResource]
    sources: list[SourceReadResource]
    last_complete_read: datetime | None
    reading: ReadingResource | None
    parts: list[PartResource]


class AppChangeResource(Sent):
    """One app then and now. ``before`` is null for one that was not there yet, ``after`` for one that is gone.

    ``changed`` names the columns that differ.
    """

    before: AppSummaryResource | None
    after: AppSummaryResource | None
    changed: list[str]


class ChangeList(Sent):
    """A page of the apps that differ from those of ``day``, which may be later than asked for."""

    day: date
    value: list[AppChangeResource]
    next_link: str | None = None
    total_count: int


def insights_resource(insights: Insights, now: datetime) -> InsightsResource:
    return InsightsResource(
        apps=AppCountsResource.model_validate(insights.apps),
        alerts=OpenAlertsResource(
            by_severity=insights.alerts.by_severity,
            historical=insights.alerts.historical,
            newest=[AppAlertResource.model_validate(alert) for alert in insights.alerts.newest],
            is_complete=insights.alerts.is_complete,
        ),
        newest=[summary_resource(row, now) for row in insights.newest],
        riskiest=[summary_resource(row, now) for row in insights.riskiest],
        use=UseOfAllResource(
            apps=[summary_resource(row, now) for row in insights.use.apps],
            items_by_service=insights.use.items_by_service,
            apps_by_service=insights.use.apps_by_service,
            by_country=insights.use.by_country,
            summed=insights.use.summed,
            total=insights.use.total,
        ),
        days=[_day(day) for day in insights.days],
        sources=[_source(state, now) for state in insights.sources],
        last_complete_read=insights.completeness.last_complete_read,
        reading=reading_of(insights.completeness),
        parts=parts_of(insights.completeness),
    )


def change_list(found: ChangesSince, next_link: str | None, now: datetime) -> ChangeList:
    return ChangeList(
        day=found.day,
        value=[_change(change, now) for change in found.changes],
        next_link=next_link,
        total_count=found.total,
    )


def _change(change: AppChange, now: datetime) -> AppChangeResource:
    return AppChangeResource(
        before=summary_resource(change.before, now) if change.before else None,
        after=summary_resource(change.after, now) if change.after else None,
        changed=[column_name(name) for name in change.changed],
    )


def _day(day: InventoryDay) -> DayResource:
    return DayResource(
        day=day.day,
        taken_date_time=day.taken,
        apps=day.apps,
        by_trait=day.by_trait,
        by_privilege=day.by_privilege,
        by_origin=day.by_origin,
        by_consent=day.by_consent,
        consented_users=day.consented_users,
        risky=day.risky,
    )


def _source(state: SourceState, now: datetime) -> SourceReadResource:
    return SourceReadResource(
        source=state.source,
        health=state.health_at(now),
        reason=state.reason,
        last_complete_read=state.last_complete_read,
    )
