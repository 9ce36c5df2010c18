"""GET api/lists/{name}: one list."""

import azure.functions as func

from functions.endpoint import endpoint
from functions.exemption_routes import GET_NAMED_LIST
from functions.models.named_lists import named_list_resource
from functions.models.shapes import NoBody, NoParameters
from functions.replies import Reply
from functions.requests import Call
from shared.pipeline.governance.named_lists import read_named_list
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@endpoint(blueprint, GET_NAMED_LIST)
async def get_one(call: Call[NoParameters, NoBody], services: Services) -> Reply:
    view = await read_named_list(services, call.path["name"])
    return Reply(content=named_list_resource(view), etag=view.etag)
