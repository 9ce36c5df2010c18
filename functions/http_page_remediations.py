"""GET remediations: what was switched, by whom and why, and whether remediation is stopped."""

import asyncio

import azure.functions as func

from functions.models.problems import FieldError
from functions.models.remediations import RemediationListParameters
from functions.pages.answers import View
from functions.pages.forms import NoForm
from functions.pages.page import page
from functions.pages.routes import REMEDIATIONS
from functions.pages.visits import Visit
from functions.problems import invalid
from shared.domain.remediation_records import RemediationQuery
from shared.domain.remediations import RemediationStatus
from shared.pipeline.remediation.list_remediations import list_remediations
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@page(blueprint, REMEDIATIONS)
async def show_remediations(visit: Visit[RemediationListParameters, NoForm], services: Services) -> View:
    asked = visit.parameters
    query = RemediationQuery(app_id=asked.app_id, status=asked.status)
    try:
        found, stop = await asyncio.gather(
            list_remediations(services, query, asked.top, asked.cursor), services.stop_switch.read()
        )
    except ValueError:
        raise invalid(FieldError(field="cursor", message="is not one of ours for these filters")) from None
    values = {
        "remediations": found.remediations,
        "stop": stop.switch,
        "asked": asked,
        "statuses": list(RemediationStatus),
        "is_filtered": any(name not in {"cursor", "top"} for name, _ in visit.query),
        "first": visit.link(cursor=None) if asked.cursor else None,
        "next": visit.link(cursor=found.next) if found.next else None,
    }
    return View(template="remediations.html", values=values)
