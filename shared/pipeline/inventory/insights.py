"""The inventory in numbers: what a security administrator looks at first, and how it came to be so.

All numbers of apps come from the list as it is stored: nothing here goes through the apps.
"""

import asyncio
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from msgspec import Struct

from shared.domain.alert_queries import OpenAlerts
from shared.domain.app_summaries import AppCounts, AppQuery, AppSort, AppStatus, AppSummary
from shared.domain.events import Service
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
_MOST_USING = 1000
"""Apps whose use is added up."""
_USING = AppQuery(include_microsoft=True, data_use_from=0, sort=AppSort.DATA_USE_ITEMS, descending=True)
_RISKIEST = AppQuery(status=frozenset({AppStatus.ENABLED}), sort=AppSort.RISK, descending=True)


class NoSnapshot(Exception):
    """No list of that day or a later one is kept. ``first`` is the first day of which one is, None: of none yet."""

    def __init__(self, first: date | None) -> None:
        super().__init__("no list of that day or a later one")
        self.first = first


class UseOfAll(Struct, frozen=True, kw_only=True):
    """Of 30 days. ``apps`` are those that touched the most items; by service, items and apps; by country, sign-ins and
    requests. ``summed`` of the ``total`` apps with any activity are added up: those with the most items.
    """

    apps: tuple[AppSummary, ...]
    items_by_service: dict[Service, int]
    apps_by_service: dict[Service, int]
    by_country: dict[str, int]
    summed: int
    total: int


class Insights(Struct, frozen=True, kw_only=True):
    """``riskiest`` are enabled apps by their score, ``newest`` by when they came into the tenant. ``days`` are oldest
    first; a day on which the service did not run is not there.
    """

    apps: AppCounts
    alerts: OpenAlerts
    newest: tuple[AppSummary, ...]
    riskiest: tuple[AppSummary, ...]
    use: UseOfAll
    days: tuple[InventoryDay, ...]
    completeness: Completeness
    sources: tuple[SourceState, ...]


async def insights(services: InventoryServices, now: datetime, days: int = TREND_DAYS) -> Insights:
    (counts, newest, riskiest, using), (alerts, past, known, sources) = await asyncio.gather(
        asyncio.gather(
            services.app_list.counts(AppQuery(), now),
            services.app_list.page(_NEWEST, _NAMED, None, now),
            services.app_list.page(_RISKIEST, _NAMED, None, now),
            services.app_list.page(_USING, _MOST_USING, None, now),
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
        use=_use_of_all(using.apps, using.total),
        days=past,
        completeness=known,
        sources=sources,
    )


def _use_of_all(apps: tuple[AppSummary, ...], total: int) -> UseOfAll:
    return UseOfAll(
        apps=tuple(app for app in apps[:_NAMED] if app.data_use_items),
        items_by_service=_added(app.data_services for app in apps),
        apps_by_service=_added(dict.fromkeys(app.data_services, 1) for app in apps),
        by_country=_added(app.countries for app in apps),
        summed=len(apps),
        total=total,
    )


def _added[K: str](counts: Iterable[dict[K, int]]) -> dict[K, int]:
    """The highest first."""
    found: dict[K, int] = {}
    for each in counts:
        for name, number in each.items():
            found[name] = found.get(name, 0) + number
    return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


async def changes_since(services: InventoryServices, day: date, top: int, after: str | None) -> ChangesSince:
    """Against the list of that day, else of the first day after it that is kept.

    Raises NoSnapshot, and ValueError for an ``after`` that no page of this day gave.
    """
    found = await services.history.changes_since(day, top, after)
    if found is not None:
        return found
    earliest = await services.history.changes_since(date.min, 1, None)
    raise NoSnapshot(earliest.day if earliest is not None else None)
