"""GET coverage: what was read of each source, hour by hour, what is missing, and what would mend it."""

import azure.functions as func

from functions.pages.answers import View
from functions.pages.coverage_view import CoveragePageParameters, coverage_values
from functions.pages.forms import NoForm
from functions.pages.hour_strip import BARS, BOX, CELL, HEIGHT, LETTERS, WIDTH
from functions.pages.page import page
from functions.pages.routes import COVERAGE
from functions.pages.visits import Visit
from shared.pipeline.collection.read_coverage import read_coverage
from shared.pipeline.inventory import collect_app_info
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@page(blueprint, COVERAGE)
async def show_coverage(visit: Visit[CoveragePageParameters, NoForm], services: Services) -> View:
    reports = await read_coverage(services, visit.now, visit.parameters.hours)
    values = coverage_values(reports, _switched_on(services), visit.parameters, visit.now) | {
        "connected": services.directory is not None,
        "letters": LETTERS.values(),
        "chart": {"width": WIDTH, "height": HEIGHT, "cell": CELL, "bars": BARS, "box": BOX},
        "link": visit.link,
    }
    found = values["sources"] or values["off"] or not visit.parameters.source
    return View(template="coverage.html", values=values, status=200 if found else 404)


def _switched_on(services: Services) -> set[str]:
    tables = {collect_app_info.SOURCE} if services.app_info is not None else set()
    return {*map(str, services.logs), *tables}
