"""GET exports/{id}/parts/{number}: a part of a large file, for browsers without scripts."""

import azure.functions as func

from functions.models.shapes import NoParameters
from functions.pages.answers import FileDownload
from functions.pages.export_view import export_part
from functions.pages.forms import NoForm
from functions.pages.page import page
from functions.pages.routes import EXPORT_PART
from functions.pages.visits import Visit
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@page(blueprint, EXPORT_PART)
async def download_part(visit: Visit[NoParameters, NoForm], services: Services) -> FileDownload:
    return await export_part(services, visit.path["id"], visit.path["number"], visit.caller, visit.now)
