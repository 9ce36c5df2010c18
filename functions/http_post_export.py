"""POST apps: have a file made of all apps that the list shows."""

import azure.functions as func

from functions.models.shapes import NoParameters
from functions.pages.answers import SeeOther
from functions.pages.export_forms import ExportForm
from functions.pages.page import page
from functions.pages.routes import EXPORT, REQUEST_EXPORT
from functions.pages.visits import Visit
from shared.pipeline.inventory.export_apps import request_export
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@page(blueprint, REQUEST_EXPORT)
async def request(visit: Visit[NoParameters, ExportForm], services: Services) -> SeeOther:
    form = visit.form
    # One page offers both formats: each is a request of its own.
    key = f"{form.request_key}-{form.format}"
    export = await request_export(services, form.query(), form.format, visit.caller, visit.now, key)
    return SeeOther(EXPORT.address(id=export.id))
