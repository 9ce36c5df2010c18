"""POST api/policies/{id}/versions/{version}/restore: a version is the newest again."""

import azure.functions as func

from functions.endpoint import endpoint
from functions.models.policy_edits import Reason
from functions.models.shapes import NoParameters
from functions.policy_calls import details_of, edit_of, number_of
from functions.policy_routes import RESTORE_VERSION
from functions.replies import Reply
from functions.requests import Call
from shared.pipeline.governance.acting_policies import permitted
from shared.pipeline.governance.edit_policies import restore_version
from shared.pipeline.governance.policy_history import read_version
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@endpoint(blueprint, RESTORE_VERSION)
async def restore_one(call: Call[NoParameters, Reason], services: Services) -> Reply:
    policy_id, number = call.path["id"], number_of(call.path["version"])
    body = (await read_version(services, policy_id, number)).body
    edit = await permitted(services, edit_of(call, call.body.reason), body or {}, policy_id=policy_id)
    view = await restore_version(services, policy_id, number, edit)
    return Reply(content=await details_of(services, view), etag=view.etag)
