"""DELETE api/lists/{name}: a list that no policy refers to is deleted."""

import azure.functions as func

from functions.endpoint import endpoint
from functions.exemption_routes import DELETE_NAMED_LIST
from functions.models.policy_edits import ReasonParameters
from functions.models.shapes import NoBody
from functions.policy_calls import edit_of
from functions.replies import Reply
from functions.requests import Call
from shared.pipeline.governance.acting_policies import permit_list
from shared.pipeline.governance.named_lists import delete_named_list
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@endpoint(blueprint, DELETE_NAMED_LIST)
async def delete_one(call: Call[ReasonParameters, NoBody], services: Services) -> Reply:
    name = call.path["name"]
    await permit_list(services, call.caller, name)
    await delete_named_list(services, name, edit_of(call, call.parameters.reason))
    return Reply()
