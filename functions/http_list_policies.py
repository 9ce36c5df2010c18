"""GET api/policies: the policies, in force or not."""

import azure.functions as func

from functions.endpoint import endpoint
from functions.models.policies import PolicyList, PolicyListParameters
from functions.models.shapes import NoBody
from functions.policy_listing import policy_listing
from functions.policy_routes import LIST_POLICIES
from functions.replies import Reply
from functions.requests import Call
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@endpoint(blueprint, LIST_POLICIES)
async def list_all(call: Call[PolicyListParameters, NoBody], services: Services) -> Reply:
    found = await policy_listing(services, call.parameters)
    return Reply(content=PolicyList(value=found.shown, counts=found.counts))
