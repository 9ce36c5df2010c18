"""GET lists/{name}: one named list."""

import azure.functions as func

from functions.pages.answers import View
from functions.pages.exemption_forms import SavedParameters
from functions.pages.exemption_page_routes import NAMED_LIST
from functions.pages.forms import NoForm
from functions.pages.named_lists_view import named_list_view
from functions.pages.page import page
from functions.pages.visits import Visit
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@page(blueprint, NAMED_LIST)
async def show_list(visit: Visit[SavedParameters, NoForm], services: Services) -> View:
    return await named_list_view(services, visit.path["name"], visit.caller, is_saved=visit.parameters.saved)
