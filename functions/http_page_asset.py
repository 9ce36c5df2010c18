"""GET assets/{version}/{name}: a style sheet, script or icon of the pages."""

import azure.functions as func

from functions.models.problems import ProblemKind
from functions.models.shapes import NoParameters
from functions.pages.answers import AssetFile
from functions.pages.assets import find_asset
from functions.pages.forms import NoForm
from functions.pages.page import page
from functions.pages.routes import ASSET
from functions.pages.visits import Visit
from functions.problems import RequestRefused
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@page(blueprint, ASSET)
async def show_asset(visit: Visit[NoParameters, NoForm], services: Services) -> AssetFile:
    asset = find_asset(visit.path["name"])
    if asset is None:
        raise RequestRefused(ProblemKind.NOT_FOUND, "There is no such file.")
    return asset
