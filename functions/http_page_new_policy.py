"""GET new-policy: where a policy is made, from a template or as YAML."""

import azure.functions as func

from functions.pages.answers import View
from functions.pages.forms import NoForm
from functions.pages.new_policy_view import new_policy_view
from functions.pages.page import page
from functions.pages.policy_forms import NewPolicyParameters
from functions.pages.policy_page_routes import NEW_POLICY
from functions.pages.visits import Visit
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@page(blueprint, NEW_POLICY)
async def show_choice(visit: Visit[NewPolicyParameters, NoForm], services: Services) -> View:
    return new_policy_view(visit.parameters.template)
