"""GET apps/{id}: one app."""

import azure.functions as func

from functions.models.shapes import NoParameters
from functions.pages.answers import View
from functions.pages.app_view import app_view
from functions.pages.forms import NoForm
from functions.pages.page import page
from functions.pages.routes import APP
from functions.pages.visits import Visit
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@page(blueprint, APP)
async def show_app(visit: Visit[NoParameters, NoForm], services: Services) -> View:
    return await app_view(services, visit.path["id"], visit.caller, visit.now)
