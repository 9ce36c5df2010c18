"""GET policies/{id}/{change}: the page of the policy that a form belongs to."""

import azure.functions as func

from functions.models.shapes import NoParameters
from functions.pages.answers import View
from functions.pages.forms import NoForm
from functions.pages.page import page
from functions.pages.policy_changes import change_of
from functions.pages.policy_page_routes import POLICY_CHANGE
from functions.pages.policy_view import policy_view
from functions.pages.visits import Visit
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@page(blueprint, POLICY_CHANGE)
async def show_policy(visit: Visit[NoParameters, NoForm], services: Services) -> View:
    change_of(visit.path["change"])
    return await policy_view(services, visit.path["id"], visit.now)
