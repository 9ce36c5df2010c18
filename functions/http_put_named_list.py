"""PUT api/lists/{name}: a list in place of what it was."""

import azure.functions as func

from functions.endpoint import endpoint
from functions.exemption_routes import PUT_NAMED_LIST
from functions.models.named_lists import NamedListOrder, named_list_resource
from functions.models.shapes import NoParameters
from functions.policy_calls import edit_of
from functions.replies import Reply
from functions.requests import Call
from shared.pipeline.governance.acting_policies import permit_list
from shared.pipeline.governance.named_lists import put_named_list
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@endpoint(blueprint, PUT_NAMED_LIST)
async def put_one(call: Call[NoParameters, NamedListOrder], services: Services) -> Reply:
    name, sent = call.path["name"], call.body
    await permit_list(services, call.caller, name)
    view = await put_named_list(services, name, sent.values, edit_of(call, sent.reason), sent.description)
    return Reply(content=named_list_resource(view), etag=view.etag)
