"""GET policies: what is judged, and how."""

import azure.functions as func

from functions.models.policies import PolicyListParameters
from functions.pages.answers import View
from functions.pages.forms import NoForm
from functions.pages.page import page
from functions.pages.policies_view import policies_view
from functions.pages.policy_page_routes import POLICIES
from functions.pages.visits import Visit
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@page(blueprint, POLICIES)
async def show_policies(visit: Visit[PolicyListParameters, NoForm], services: Services) -> View:
    return await policies_view(services, visit)
