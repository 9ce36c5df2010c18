"""POST api/exports: have a file made of all apps that match."""

import azure.functions as func

from functions.endpoint import endpoint
from functions.inventory_routes import REQUEST_EXPORT
from functions.models.exports import AppExportBody, export_resource
from functions.models.shapes import NoParameters
from functions.replies import Reply
from functions.requests import Call
from shared.pipeline.inventory.export_apps import request_export
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@endpoint(blueprint, REQUEST_EXPORT)
async def request_one(call: Call[NoParameters, AppExportBody], services: Services) -> Reply:
    asked = call.body
    export = await request_export(services, asked.query(), asked.format, call.caller, call.now, call.idempotency_key)
    address = call.address_of(f"/api/exports/{export.id}")
    return Reply(
        content=export_resource(export, f"{address}/content"),
        status=202,
        location=address,
        headers={"Operation-Location": address},
    )
