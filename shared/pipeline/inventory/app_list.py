"""Reading the inventory: the list of apps, one app with its alerts, and how complete it all is."""

import asyncio
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from shared.domain.alert_queries import AlertQuery
from shared.domain.alerts import Alert
from shared.domain.app_summaries import AppPage, AppQuery
from shared.domain.app_traits import Trait
from shared.domain.apps import App
from shared.domain.inventory_reads import InventoryState, PartState, ReadStage
from shared.domain.usage_reads import UsageReport, UsageState
from shared.pipeline.inventory.services import InventoryServices
from shared.pipeline.remediation.errors import UnknownApp
from shared.sources.fields import guid

_MOST_ALERTS = 50
_STAGES = tuple(stage for stage in ReadStage if stage is not ReadStage.APPS)


class Part(Struct, frozen=True, kw_only=True):
    """A part of what is known of apps: a stage of the full read, or a report of use. ``state`` says how it stands."""

    name: ReadStage | UsageReport
    state: PartState


class Completeness(Struct, frozen=True, kw_only=True):
    """When the directory was last known as a whole, None: not yet; and how far a full read is that runs now.

    ``objects`` counts what it has read, by stage, and ``expected`` says how many there are about, where that is known.
    What is listed before the first read is complete is not all.
    """

    last_complete_read: datetime | None
    stage: ReadStage | None = None
    objects: dict[str, int] = {}
    expected: dict[str, int] = {}
    parts: tuple[Part, ...] = ()


class AppListing(Struct, frozen=True, kw_only=True):
    page: AppPage
    completeness: Completeness


class Untold(Struct, frozen=True, kw_only=True):
    """Apps that a filter leaves out only because nobody can tell yet, in number: by trait, and for want of a score."""

    traits: dict[Trait, int]
    risk: int


class FoundApp(Struct, frozen=True, kw_only=True):
    """``alerts`` are its newest, open or not; at most 50."""

    app: App
    alerts: tuple[Alert, ...]
    completeness: Completeness


async def list_apps(
    services: InventoryServices, query: AppQuery, top: int, after: str | None, now: datetime
) -> AppListing:
    """Raises ValueError for an ``after`` that no page of this order gave."""
    page, known = await asyncio.gather(services.app_list.page(query, top, after, now), completeness(services))
    return AppListing(page=page, completeness=known)


async def hidden_matches(services: InventoryServices, query: AppQuery, now: datetime) -> int:
    """How many of Microsoft's own apps and managed identities match besides, which the query leaves out."""
    shown = await services.app_list.page(query, 1, None, now)
    everything = await services.app_list.page(replace(query, include_microsoft=True), 1, None, now)
    return everything.total - shown.total


async def untold(services: InventoryServices, query: AppQuery, now: datetime) -> Untold | None:
    """Of the apps that match but for what is asked of traits and risk. None where neither is asked for."""
    asked = (query.traits or frozenset()) | (query.not_traits or frozenset())
    if not asked and query.risk_from is None:
        return None
    rest = replace(query, traits=None, not_traits=None, risk_from=None)
    counts = await services.app_list.counts(rest, now)
    return Untold(
        traits={trait: counts.open_traits[trait] for trait in sorted(asked) if counts.open_traits.get(trait)},
        risk=counts.unscored if query.risk_from is not None else 0,
    )


async def find_app(services: InventoryServices, app_id: str) -> App:
    """By appId or by the object id of its service principal or registration. Raises UnknownApp."""
    named = guid(app_id) or app_id
    found = (await services.apps.get([named])).get(named)
    if found is None and (alias := (await services.aliases.lookup([named])).get(named)):
        found = (await services.apps.get([alias.app_id])).get(alias.app_id)
    if found is None:
        raise UnknownApp
    return found


async def get_app(services: InventoryServices, app_id: str) -> FoundApp:
    """As ``find_app``, with its alerts. Raises UnknownApp."""
    found = await find_app(services, app_id)
    alerts, known = await asyncio.gather(
        services.alert_list.page(AlertQuery(app_id=found.app_id), _MOST_ALERTS, None), completeness(services)
    )
    return FoundApp(app=found, alerts=tuple(listed.alert for listed in alerts.alerts), completeness=known)


async def completeness(services: InventoryServices) -> Completeness:
    """Two requests."""
    inventory, usage = await asyncio.gather(services.inventory_reads.state(), services.usage_reads.state())
    return completeness_of(inventory.state, usage.state)


def completeness_of(state: InventoryState, usage: UsageState) -> Completeness:
    running = state.running
    # What the running read may not read is newer than what the last one could.
    stages = {**state.parts, **(running.skipped if running else {})}
    return Completeness(
        last_complete_read=state.last_complete_read,
        stage=running.stage if running else None,
        objects=running.objects if running else {},
        expected=running.expected if running else {},
        parts=(
            *(Part(name=stage, state=stages.get(stage, PartState())) for stage in _STAGES),
            *(Part(name=report, state=usage.parts.get(report, PartState())) for report in UsageReport),
        ),
    )
