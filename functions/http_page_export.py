"""GET exports/{id}: an export of one's own, how far it is and where its file is."""

import azure.functions as func

from functions.pages.answers import View
from functions.pages.export_forms import ExportPageParameters
from functions.pages.export_view import export_view
from functions.pages.forms import NoForm
from functions.pages.page import page
from functions.pages.routes import EXPORT
from functions.pages.visits import Visit
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@page(blueprint, EXPORT)
async def show_export(visit: Visit[ExportPageParameters, NoForm], services: Services) -> View:
    return await export_view(services, visit.path["id"], visit.caller, visit.now, visit.parameters.refresh)
