"""The tenant's apps in numbers."""

from datetime import datetime

from functions.models.app_details import AppAlertResource
from functions.models.apps import AppSummaryResource, ReadingResource, reading_of, summary_resource
from functions.models.shapes import Sent
from shared.domain.ledger import SourceHealth, SourceState
from shared.pipeline.inventory.insights import Insights


class AppCountsResource(Sent):
    """Apps that policies look at, so without Microsoft's own, managed identities (``microsoft``) and deleted ones."""

    total: int
    by_origin: dict[str, int]
    by_privilege: dict[str, int]
    by_verification: dict[str, int]
    by_enabled: dict[str, int]
    by_consent: dict[str, int]
    new: int
    without_owner: int
    with_expired_credentials: int
    with_expiring_credentials: int
    microsoft: int


class OpenAlertsResource(Sent):
    """Alerts that are not resolved; ``isComplete`` is false where only the newest 10,000 were counted."""

    by_severity: dict[str, int]
    newest: list[AppAlertResource]
    is_complete: bool


class SourceReadResource(Sent):
    """When a source was last read to its end, and how its collection fares."""

    source: str
    health: SourceHealth
    reason: str | None
    last_complete_read: datetime | None


class InsightsResource(Sent):
    """``riskiest`` are enabled apps, by privilege; ``newest`` by the date they came into the tenant."""

    apps: AppCountsResource
    alerts: OpenAlertsResource
    newest: list[AppSummaryResource]
    riskiest: list[AppSummaryResource]
    sources: list[SourceReadResource]
    last_complete_read: datetime | None
    reading: ReadingResource | None


def insights_resource(insights: Insights, now: datetime) -> InsightsResource:
    return InsightsResource(
        apps=AppCountsResource.model_validate(insights.apps),
        alerts=OpenAlertsResource(
            by_severity=insights.alerts.by_severity,
            newest=[AppAlertResource.model_validate(alert) for alert in insights.alerts.newest],
            is_complete=insights.alerts.is_complete,
        ),
        newest=[summary_resource(row, now) for row in insights.newest],
        riskiest=[summary_resource(row, now) for row in insights.riskiest],
        sources=[_source(state, now) for state in insights.sources],
        last_complete_read=insights.completeness.last_complete_read,
        reading=reading_of(insights.completeness),
    )


def _source(state: SourceState, now: datetime) -> SourceReadResource:
    return SourceReadResource(
        source=state.source,
        health=state.health_at(now),
        reason=state.reason,
        last_complete_read=state.last_complete_read,
    )
