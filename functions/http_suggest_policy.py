"""POST api/alerts/{id}/suggest-policy: drafts of policies from what an alert shows, each with its simulation."""

import azure.functions as func

from functions.endpoint import endpoint
from functions.models.shapes import NoBody, NoParameters
from functions.models.suggestions import SuggestionList, suggestion_resource
from functions.replies import Reply
from functions.requests import Call
from functions.simulation_routes import SUGGEST_POLICY
from shared.pipeline.governance.suggest_policies import SuggestedPolicy, suggest_policies
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@endpoint(blueprint, SUGGEST_POLICY)
async def suggest(call: Call[NoParameters, NoBody], services: Services) -> Reply:
    def address(suggested: SuggestedPolicy) -> str:
        return call.address_of(f"/api/simulations/{suggested.simulation.id if suggested.simulation else ''}")

    found = await suggest_policies(services, call.path["id"], call.caller, call.now)
    return Reply(content=SuggestionList(value=[suggestion_resource(one, address(one)) for one in found]))
