"""POST alerts/{id}/suggestions: have policies drafted from an alert, and their simulations begun."""

import azure.functions as func

from functions.models.shapes import NoParameters
from functions.pages.answers import SeeOther
from functions.pages.forms import NoForm
from functions.pages.page import page
from functions.pages.policy_page_routes import SUGGEST, SUGGESTIONS
from functions.pages.visits import Visit
from shared.pipeline.governance.suggest_policies import suggest_policies
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@page(blueprint, SUGGEST)
async def suggest(visit: Visit[NoParameters, NoForm], services: Services) -> SeeOther:
    alert_id = visit.path["id"]
    await suggest_policies(services, alert_id, visit.caller, visit.now)
    return SeeOther(SUGGESTIONS.address(id=alert_id))
