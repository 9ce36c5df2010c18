"""POST api/policies/{id}/duplicate: a policy of one's own like another one."""

import azure.functions as func
from msgspec import UNSET
from msgspec.structs import replace

from functions.endpoint import endpoint
from functions.models.policy_edits import PolicyCopy
from functions.models.shapes import NoParameters
from functions.policy_calls import created, edit_of
from functions.policy_routes import DUPLICATE_POLICY
from functions.replies import Reply
from functions.requests import Call
from shared.pipeline.governance.acting_policies import permitted
from shared.pipeline.governance.edit_policies import duplicate_policy
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@endpoint(blueprint, DUPLICATE_POLICY)
async def duplicate_one(call: Call[NoParameters, PolicyCopy], services: Services) -> Reply:
    policy_id, copy = call.path["id"], call.body
    asked = replace(edit_of(call, copy.reason), if_match=None)
    edit = await permitted(services, asked, policy_id=policy_id)
    title = copy.title if copy.title is not None else UNSET
    view = await duplicate_policy(services, policy_id, copy.id, edit, title)
    return await created(call, services, view)
