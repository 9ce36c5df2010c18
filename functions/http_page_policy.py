"""GET policies/{id}: one policy."""

import azure.functions as func

from functions.pages.answers import View
from functions.pages.forms import NoForm
from functions.pages.page import page
from functions.pages.policy_forms import PolicyPageParameters
from functions.pages.policy_page_routes import POLICY
from functions.pages.policy_view import policy_view
from functions.pages.visits import Visit
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@page(blueprint, POLICY)
async def show_policy(visit: Visit[PolicyPageParameters, NoForm], services: Services) -> View:
    return await policy_view(services, visit.path["id"], visit.now, is_saved=visit.parameters.saved)
