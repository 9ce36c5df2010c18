"""GET lists: the lists that policies refer to by name."""

import azure.functions as func

from functions.pages.answers import View
from functions.pages.exemption_forms import SavedParameters
from functions.pages.exemption_page_routes import NAMED_LISTS
from functions.pages.forms import NoForm
from functions.pages.named_lists_view import named_lists_view
from functions.pages.page import page
from functions.pages.visits import Visit
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@page(blueprint, NAMED_LISTS)
async def show_lists(visit: Visit[SavedParameters, NoForm], services: Services) -> View:
    return await named_lists_view(services, is_saved=visit.parameters.saved)
