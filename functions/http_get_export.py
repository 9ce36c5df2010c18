"""GET api/exports/{id}: how an export goes on."""

import azure.functions as func

from functions.endpoint import endpoint
from functions.inventory_routes import GET_EXPORT
from functions.models.exports import export_resource
from functions.models.shapes import NoBody, NoParameters
from functions.replies import Reply
from functions.requests import Call
from shared.pipeline.inventory.export_apps import get_export
from shared.pipeline.services import Services

_ASK_AGAIN = {"Retry-After": "2"}

blueprint = func.Blueprint()


@endpoint(blueprint, GET_EXPORT)
async def get_one(call: Call[NoParameters, NoBody], services: Services) -> Reply:
    export = await get_export(services, call.path["id"], call.caller, call.now)
    content = call.address_of(f"/api/exports/{export.id}/content")
    return Reply(content=export_resource(export, content), headers={} if export.is_finished else _ASK_AGAIN)
