"""GET /: what is wrong, where to begin, how the inventory stands, and whether anything is missing."""

import asyncio

import azure.functions as func

from functions.pages.answers import View
from functions.pages.app_views import CAN_BECOME_GLOBAL_ADMINISTRATOR, DELETED, RISKY, VIEWS
from functions.pages.changes_view import OverviewParameters, changes_view
from functions.pages.forms import NoForm
from functions.pages.inventory_parts import is_read, missing_parts
from functions.pages.page import page
from functions.pages.routes import OVERVIEW
from functions.pages.trend_view import HEIGHT, SERIES_NAMES, WIDTH, numbers_by_day, trends
from functions.pages.visits import Visit
from shared.bootstrap import access
from shared.domain.app_summaries import RISKY_FROM, AppCounts
from shared.domain.app_traits import Trait
from shared.domain.inventory_reads import ReadStage
from shared.domain.severities import Severity
from shared.pipeline.inventory.insights import TREND_DAYS, insights
from shared.pipeline.operation.check_health import check_health
from shared.pipeline.services import Services

_HOURS = 24
_NAMED = 5
_APIS = 8

blueprint = func.Blueprint()


@page(blueprint, OVERVIEW)
async def show_overview(visit: Visit[OverviewParameters, NoForm], services: Services) -> View:
    (found, changes), sources, checks, stop = await asyncio.gather(
        asyncio.gather(insights(services, visit.now), changes_view(services, visit.parameters, visit.now)),
        services.ledger.coverage(visit.now, _HOURS),
        check_health(services, access(), visit.now),
        services.stop_switch.read(),
    )
    values = {
        "alerts": found.alerts,
        "apps": found.apps,
        "riskiest": found.riskiest[:_NAMED],
        "newest_apps": found.newest[:_NAMED],
        "use": found.use,
        "completeness": found.completeness,
        "missing": missing_parts(found.completeness),
        "consents_read": is_read(found.completeness, ReadStage.GRANTS),
        "views": VIEWS,
        "risky": RISKY,
        "deleted": DELETED,
        "first_apps": _first_apps(found.apps),
        "apis": sorted(found.apps.by_api.items(), key=lambda api: -api[1])[:_APIS],
        "trends": trends(found.days),
        "trend_days": TREND_DAYS,
        "chart": (WIDTH, HEIGHT),
        "series": SERIES_NAMES,
        "numbers": numbers_by_day(found.days),
        "changes": changes,
        "link": visit.link,
        "severities": sorted(Severity, key=lambda severity: severity.rank, reverse=True),
        "sources": sources,
        "hours": _HOURS,
        "checks": checks,
        "stop": stop.switch,
        "ailing": [check for check in checks if not check.healthy],
    }
    return View(template="overview.html", values=values)


def _first_apps(apps: AppCounts) -> list[tuple[int, str, str]]:
    """The apps to look at before all others: how many, what of them, and the list of them."""
    paths = apps.by_trait.get(Trait.CAN_BECOME_GLOBAL_ADMINISTRATOR, 0)
    found = (
        (paths, "can become Global Administrator", CAN_BECOME_GLOBAL_ADMINISTRATOR.address),
        (apps.risky, f"of risk {RISKY_FROM} and above", RISKY.address),
    )
    return [each for each in found if each[0]]
