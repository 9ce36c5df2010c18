"""DELETE api/policies/{id}: a policy is deleted, or is again as it is bundled."""

import azure.functions as func

from functions.endpoint import endpoint
from functions.models.policy_edits import ReasonParameters
from functions.models.shapes import NoBody
from functions.policy_calls import edit_of
from functions.policy_routes import DELETE_POLICY
from functions.replies import Reply
from functions.requests import Call
from shared.pipeline.governance.acting_policies import permitted
from shared.pipeline.governance.edit_policies import delete_policy
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@endpoint(blueprint, DELETE_POLICY)
async def delete_one(call: Call[ReasonParameters, NoBody], services: Services) -> Reply:
    policy_id = call.path["id"]
    edit = await permitted(services, edit_of(call, call.parameters.reason), policy_id=policy_id)
    await delete_policy(services, policy_id, edit)
    return Reply()
