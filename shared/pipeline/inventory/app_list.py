"""Reading the inventory: the list of apps, one app with its alerts, and how complete it all is."""

from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from shared.domain.alert_queries import AlertQuery
from shared.domain.alerts import Alert
from shared.domain.app_summaries import AppPage, AppQuery
from shared.domain.apps import App
from shared.domain.inventory_reads import InventoryState, ReadStage
from shared.pipeline.inventory.services import InventoryServices
from shared.pipeline.remediation.errors import UnknownApp
from shared.sources.fields import guid

_MOST_ALERTS = 50


class Completeness(Struct, frozen=True, kw_only=True):
    """When the directory was last known as a whole, None: not yet; and how far a full read is that runs now.

    ``objects`` counts what it has read, by stage. What is listed before the first read is complete is not all.
    """

    last_complete_read: datetime | None
    stage: ReadStage | None = None
    objects: dict[str, int] = {}


class AppListing(Struct, frozen=True, kw_only=True):
    page: AppPage
    completeness: Completeness


class AppDetails(Struct, frozen=True, kw_only=True):
    """``alerts`` are its newest, open or not; at most 50."""

    app: App
    alerts: tuple[Alert, ...]
    completeness: Completeness


async def list_apps(
    services: InventoryServices, query: AppQuery, top: int, after: str | None, now: datetime
) -> AppListing:
    """Raises ValueError for an ``after`` that no page of this order gave."""
    page = await services.app_list.page(query, top, after, now)
    return AppListing(page=page, completeness=await completeness(services))


async def hidden_matches(services: InventoryServices, query: AppQuery, now: datetime) -> int:
    """How many of Microsoft's own apps and managed identities match besides, which the query leaves out."""
    shown = await services.app_list.page(query, 1, None, now)
    everything = await services.app_list.page(replace(query, include_microsoft=True), 1, None, now)
    return everything.total - shown.total


async def get_app(services: InventoryServices, app_id: str) -> AppDetails:
    """By appId or by the object id of its service principal or registration. Raises UnknownApp."""
    named = guid(app_id) or app_id
    found = (await services.apps.get([named])).get(named)
    if found is None and (alias := (await services.aliases.lookup([named])).get(named)):
        found = (await services.apps.get([alias.app_id])).get(alias.app_id)
    if found is None:
        raise UnknownApp
    alerts = await services.alert_list.page(AlertQuery(app_id=found.app_id), _MOST_ALERTS, None)
    return AppDetails(
        app=found,
        alerts=tuple(listed.alert for listed in alerts.alerts),
        completeness=await completeness(services),
    )


async def completeness(services: InventoryServices) -> Completeness:
    return completeness_of((await services.inventory_reads.state()).state)


def completeness_of(state: InventoryState) -> Completeness:
    running = state.running
    return Completeness(
        last_complete_read=state.last_complete_read,
        stage=running.stage if running else None,
        objects=running.objects if running else {},
    )
