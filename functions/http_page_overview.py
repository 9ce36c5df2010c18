"""GET /: what is wrong, where to begin, and whether anything is missing."""

import asyncio

import azure.functions as func

from functions.models.shapes import NoParameters
from functions.pages.answers import View
from functions.pages.forms import NoForm
from functions.pages.page import page
from functions.pages.routes import OVERVIEW
from functions.pages.visits import Visit
from shared.bootstrap import access
from shared.domain.severities import Severity
from shared.pipeline.inventory.insights import insights
from shared.pipeline.operation.check_health import check_health
from shared.pipeline.services import Services

_HOURS = 24
_NAMED = 5

blueprint = func.Blueprint()


@page(blueprint, OVERVIEW)
async def show_overview(visit: Visit[NoParameters, NoForm], services: Services) -> View:
    found, sources, checks, stop = await asyncio.gather(
        insights(services, visit.now),
        services.ledger.coverage(visit.now, _HOURS),
        check_health(services, access(), visit.now),
        services.stop_switch.read(),
    )
    values = {
        "alerts": found.alerts,
        "apps": found.apps,
        "riskiest": found.riskiest[:_NAMED],
        "newest_apps": found.newest[:_NAMED],
        "completeness": found.completeness,
        "severities": sorted(Severity, key=lambda severity: severity.rank, reverse=True),
        "sources": sources,
        "hours": _HOURS,
        "checks": checks,
        "stop": stop.switch,
        "ailing": [check for check in checks if not check.healthy],
    }
    return View(template="overview.html", values=values)
