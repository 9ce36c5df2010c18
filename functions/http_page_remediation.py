"""GET remediations/{id}: one remediation."""

import azure.functions as func

from functions.pages.answers import View
from functions.pages.forms import NoForm
from functions.pages.page import page
from functions.pages.remediation_forms import RemediationPageParameters
from functions.pages.remediation_view import remediation_view
from functions.pages.routes import REMEDIATION
from functions.pages.visits import Visit
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@page(blueprint, REMEDIATION)
async def show_remediation(visit: Visit[RemediationPageParameters, NoForm], services: Services) -> View:
    return await remediation_view(services, visit.path["id"], visit.parameters.refresh)
