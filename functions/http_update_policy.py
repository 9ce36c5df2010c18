"""PUT api/policies/{id}: a policy in place of what it was."""

import azure.functions as func

from functions.endpoint import endpoint
from functions.models.policy_edits import PolicyUpdate
from functions.models.shapes import NoParameters
from functions.policy_calls import check_member, details_of, edit_of, written_in
from functions.policy_routes import UPDATE_POLICY
from functions.replies import Reply
from functions.requests import Call
from shared.pipeline.governance.acting_policies import permitted
from shared.pipeline.governance.edit_policies import update_policy
from shared.pipeline.governance.policy_list import read_policy
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@endpoint(blueprint, UPDATE_POLICY)
async def update_one(call: Call[NoParameters, PolicyUpdate], services: Services) -> Reply:
    policy_id, sent = call.path["id"], call.body
    edit = await permitted(services, edit_of(call, sent.reason), sent.body, policy_id=policy_id)
    check_member((await read_policy(services, policy_id)).policy, sent.member)
    with written_in(sent.member):
        view = await update_policy(services, policy_id, sent.body, edit)
    return Reply(content=await details_of(services, view), etag=view.etag)
