"""POST api/policies/{id}/deactivate: a policy is switched off."""

import azure.functions as func

from functions.endpoint import endpoint
from functions.models.policy_edits import Reason
from functions.models.shapes import NoParameters
from functions.policy_calls import details_of, edit_of
from functions.policy_routes import DEACTIVATE_POLICY
from functions.replies import Reply
from functions.requests import Call
from shared.pipeline.governance.policy_states import deactivate_policy
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@endpoint(blueprint, DEACTIVATE_POLICY)
async def deactivate_one(call: Call[NoParameters, Reason], services: Services) -> Reply:
    view = await deactivate_policy(services, call.path["id"], edit_of(call, call.body.reason))
    return Reply(content=await details_of(services, view), etag=view.etag)
