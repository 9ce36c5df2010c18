"""The inventory in numbers: what a security administrator looks at first, and how it came to be so.

All numbers of apps come from the list as it is stored: nothing here goes through the apps.
"""

import asyncio
from datetime import date, datetime, timedelta

from msgspec import Struct

from shared.domain.alert_queries import OpenAlerts
from shared.domain.app_summaries import AppCounts, AppQuery, AppSort, AppStatus, AppSummary
from shared.domain.inventory_days import ChangesSince, InventoryDay
from shared.domain.ledger import SourceState
from shared.pipeline.inventory.app_list import Completeness, completeness
from shared.pipeline.inventory.services import InventoryServices

TREND_DAYS = 30
MOST_TREND_DAYS = 400
_NAMED = 10
_MOST_COUNTED = 10_000
"""Open alerts."""
_NEWEST = AppQuery(sort=AppSort.CREATED, descending=True)
_RISKIEST = AppQuery(status=frozenset({AppStatus.ENABLED}), sort=AppSort.RISK, descending=True)


class NoSnapshot(Exception):
    """No list of that day or a later one is kept. ``first`` is the first day of which one is, None: of none yet."""

    def __init__(self, first: date | None) -> None:
        super().__init__("no list of that day or a later one")
        self.first = first


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
            services.alert_list.open_alerts(_MOST_COUNTED, _NAMED),
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
