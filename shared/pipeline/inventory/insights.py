"""The inventory in numbers: what a security administrator looks at first, and how it came to be so.

All numbers of apps come from the list as it is stored: nothing here goes through the apps.
"""

import asyncio
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from msgspec import Struct

from shared.domain.alert_queries import AlertQuery
from shared.domain.alerts import Alert, AlertStatus
from shared.domain.app_summaries import AppCounts, AppQuery, AppSort, AppStatus, AppSummary
from shared.domain.inventory_days import ChangesSince, InventoryDay
from shared.domain.ledger import SourceState
from shared.pipeline.inventory.app_list import Completeness, completeness
from shared.pipeline.inventory.services import InventoryServices

TREND_DAYS = 30
MOST_TREND_DAYS = 400
_NAMED = 10
_ALERTS_OF_A_PAGE = 1000
_MOST_ALERT_PAGES = 10
_NEWEST = AppQuery(sort=AppSort.CREATED, descending=True)
_RISKIEST = AppQuery(status=frozenset({AppStatus.ENABLED}), sort=AppSort.RISK, descending=True)


class NoSnapshot(Exception):
    """No list of that day or a later one is kept. ``first`` is the first day of which one is, None: of none yet."""

    def __init__(self, first: date | None) -> None:
        super().__init__("no list of that day or a later one")
        self.first = first


class OpenAlerts(Struct, frozen=True, kw_only=True):
    """``is_complete`` is False where there are more than 10,000: the newest were counted."""

    by_severity: dict[str, int]
    by_app: dict[str, int]
    newest: tuple[Alert, ...]
    is_complete: bool


class Insights(Struct, frozen=True, kw_only=True):
    """``riskiest`` are enabled apps by their score, ``newest`` by when they came into the tenant. ``days`` are oldest
    first; a day on which the service did not run is not there.
    """

    apps: AppCounts
    alerts: OpenAlerts
    newest: tuple[AppSummary, ...]
    riskiest: tuple[AppSummary, ...]
    days: tuple[InventoryDay, ...]
    completeness: Completeness
    sources: tuple[SourceState, ...]


async def insights(services: InventoryServices, now: datetime, days: int = TREND_DAYS) -> Insights:
    (counts, newest, riskiest), (alerts, past, known, sources) = await asyncio.gather(
        asyncio.gather(
            services.app_list.counts(AppQuery(), now),
            services.app_list.page(_NEWEST, _NAMED, None, now),
            services.app_list.page(_RISKIEST, _NAMED, None, now),
        ),
        asyncio.gather(
            open_alerts(services),
            services.history.days((now - timedelta(days=days)).date()),
            completeness(services),
            services.ledger.source_states(),
        ),
    )
    return Insights(
        apps=counts,
        alerts=alerts,
        newest=newest.apps,
        riskiest=riskiest.apps,
        days=past,
        completeness=known,
        sources=sources,
    )


async def changes_since(services: InventoryServices, day: date, top: int, after: str | None) -> ChangesSince:
    """Against the list of that day, else of the first day after it that is kept.

    Raises NoSnapshot, and ValueError for an ``after`` that no page of this day gave.
    """
    found = await services.history.changes_since(day, top, after)
    if found is not None:
        return found
    earliest = await services.history.changes_since(date.min, 1, None)
    raise NoSnapshot(earliest.day if earliest is not None else None)


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


def _counted(values: Iterable[str]) -> dict[str, int]:
    return dict(Counter(values))
