"""GET api/policies: the policies in force."""

import azure.functions as func

from functions.endpoint import endpoint
from functions.models.policies import PolicyList, PolicyResource
from functions.models.shapes import NoBody, NoParameters
from functions.replies import Reply
from functions.requests import Call
from functions.routes import LIST_POLICIES
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@endpoint(blueprint, LIST_POLICIES)
async def list_policies(call: Call[NoParameters, NoBody], services: Services) -> Reply:
    policies = services.rules().policies
    return Reply(content=PolicyList(value=[PolicyResource.model_validate(policies[one]) for one in sorted(policies)]))
