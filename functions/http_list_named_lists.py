"""GET api/lists: the lists that policies refer to."""

import azure.functions as func

from functions.endpoint import endpoint
from functions.exemption_routes import LIST_NAMED_LISTS
from functions.models.named_lists import named_list_collection
from functions.models.shapes import NoBody, NoParameters
from functions.replies import Reply
from functions.requests import Call
from shared.pipeline.governance.named_lists import list_named_lists
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@endpoint(blueprint, LIST_NAMED_LISTS)
async def list_all(_call: Call[NoParameters, NoBody], services: Services) -> Reply:
    return Reply(content=named_list_collection(await list_named_lists(services)))
