"""GET api/apps/{id}: one app."""

import azure.functions as func

from functions.endpoint import endpoint
from functions.inventory_routes import GET_APP
from functions.models.app_details import app_resource
from functions.models.shapes import NoBody, NoParameters
from functions.replies import Reply
from functions.requests import Call
from shared.pipeline.inventory.app_details import app_details
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@endpoint(blueprint, GET_APP)
async def get_one(call: Call[NoParameters, NoBody], services: Services) -> Reply:
    found = await app_details(services, call.path["id"], call.now)
    return Reply(content=app_resource(found, call.now))
