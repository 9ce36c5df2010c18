"""GET alerts/{id}/suggestions: the policies that an alert suggests."""

import azure.functions as func

from functions.models.shapes import NoParameters
from functions.pages.answers import View
from functions.pages.forms import NoForm
from functions.pages.page import page
from functions.pages.policy_page_routes import SUGGESTIONS
from functions.pages.suggestions_view import suggestions_view
from functions.pages.visits import Visit
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@page(blueprint, SUGGESTIONS)
async def show_suggestions(visit: Visit[NoParameters, NoForm], services: Services) -> View:
    return await suggestions_view(services, visit.path["id"], visit.caller, visit.now)
