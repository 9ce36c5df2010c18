"""GET exemptions: what policies leave alone, until when and at whose word."""

import azure.functions as func

from functions.pages.answers import View
from functions.pages.exemption_forms import ExemptionsPageParameters
from functions.pages.exemption_page_routes import EXEMPTIONS
from functions.pages.exemptions_view import exemptions_view
from functions.pages.forms import NoForm
from functions.pages.page import page
from functions.pages.visits import Visit
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@page(blueprint, EXEMPTIONS)
async def show_exemptions(visit: Visit[ExemptionsPageParameters, NoForm], services: Services) -> View:
    return await exemptions_view(services, visit.parameters, visit.caller, visit.now)
