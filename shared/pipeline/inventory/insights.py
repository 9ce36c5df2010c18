"""The inventory in numbers: what a security administrator looks at first."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec import Struct

from shared.domain.alert_queries import AlertQuery
from shared.domain.alerts import Alert, AlertStatus
from shared.domain.app_summaries import AppSummary
from shared.domain.ledger import SourceState
from shared.pipeline.inventory.app_list import Completeness, completeness
from shared.pipeline.inventory.services import InventoryServices

_NAMED = 10
_ALERTS_OF_A_PAGE = 1000
_MOST_ALERT_PAGES = 10
_EXPIRING = timedelta(days=30)


class AppCounts(Struct, frozen=True, kw_only=True):
    """Apps that policies look at, so without Microsoft's own, managed identities and deleted ones.

    ``unknown`` stands for what was not read or is not set; the privilege ``none`` for apps that were read and hold no
    permission. Credentials count once an app.
    """

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


class OpenAlerts(Struct, frozen=True, kw_only=True):
    """``is_complete`` is False where there are more than 10,000: the newest were counted."""

    by_severity: dict[str, int]
    by_app: dict[str, int]
    newest: tuple[Alert, ...]
    is_complete: bool


class Insights(Struct, frozen=True, kw_only=True):
    """``riskiest`` are enabled apps: by privilege, of equals the unverified and those with more permissions first."""

    apps: AppCounts
    alerts: OpenAlerts
    newest: tuple[AppSummary, ...]
    riskiest: tuple[AppSummary, ...]
    completeness: Completeness
    sources: tuple[SourceState, ...]


async def insights(services: InventoryServices, now: datetime) -> Insights:
    rows = await services.app_list.rows()
    watched = [row for row in rows if row.is_watched]
    return Insights(
        apps=_counts(watched, now, microsoft=sum(not row.is_watched and row.deleted is None for row in rows)),
        alerts=await open_alerts(services),
        newest=tuple(sorted(watched, key=_since, reverse=True)[:_NAMED]),
        riskiest=tuple(sorted((row for row in watched if row.enabled is not False), key=_risk, reverse=True)[:_NAMED]),
        completeness=await completeness(services),
        sources=await services.ledger.source_states(),
    )


async def open_alerts(services: InventoryServices) -> OpenAlerts:
    """Reads at most 10,000 alerts that are not resolved, newest first."""
    query = AlertQuery(status=frozenset({AlertStatus.NEW, AlertStatus.IN_PROGRESS}))
    alerts: list[Alert] = []
    after: str | None = None
    for _ in range(_MOST_ALERT_PAGES):
        page = await services.alert_list.page(query, _ALERTS_OF_A_PAGE, after)
        alerts.extend(listed.alert for listed in page.alerts)
        after = page.next
        if after is None:
            break
    return OpenAlerts(
        by_severity=_counted(alert.severity for alert in alerts),
        by_app=_counted(alert.app.app_id for alert in alerts if alert.app.app_id),
        newest=tuple(alerts[:_NAMED]),
        is_complete=after is None,
    )


def _counts(rows: list[AppSummary], now: datetime, microsoft: int) -> AppCounts:
    return AppCounts(
        total=len(rows),
        by_origin=_counted(row.origin for row in rows),
        by_privilege=_counted(row.privilege or ("none" if row.holds_nothing else None) for row in rows),
        by_verification=_counted(_named(row.publisher_verified, "verified", "unverified") for row in rows),
        by_enabled=_counted(_named(row.enabled, "enabled", "disabled") for row in rows),
        by_consent=_counted(row.consent for row in rows),
        new=sum(row.is_new(now) for row in rows),
        without_owner=sum(row.owner_count == 0 for row in rows),
        with_expired_credentials=sum(any(end <= now for end in row.credential_ends) for row in rows),
        with_expiring_credentials=sum(any(now < end <= now + _EXPIRING for end in row.credential_ends) for row in rows),
        microsoft=microsoft,
    )


def _counted(values: Iterable[str | None]) -> dict[str, int]:
    return dict(Counter(value or "unknown" for value in values))


def _named(value: bool | None, yes: str, no: str) -> str | None:
    return None if value is None else yes if value else no


def _since(row: AppSummary) -> tuple[float, str]:
    since = row.created or row.first_seen
    return (since.timestamp() if since else 0.0, row.app_id)


def _risk(row: AppSummary) -> tuple[int, bool, int, str]:
    rank = row.privilege.rank if row.privilege else -1
    return (rank, not row.publisher_verified, len(row.permissions), row.app_id)
