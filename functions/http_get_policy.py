"""GET api/policies/{id}: one policy."""

import azure.functions as func

from functions.endpoint import endpoint
from functions.models.policies import PolicyResource
from functions.models.problems import ProblemKind
from functions.models.shapes import NoBody, NoParameters
from functions.problems import RequestRefused
from functions.replies import Reply
from functions.requests import Call
from functions.routes import GET_POLICY
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@endpoint(blueprint, GET_POLICY)
async def get_policy(call: Call[NoParameters, NoBody], services: Services) -> Reply:
    policy = services.rules().policies.get(call.path["id"])
    if policy is None:
        raise RequestRefused(ProblemKind.NOT_FOUND, "There is no such policy.")
    return Reply(content=PolicyResource.model_validate(policy))
