"""GET app-timeline/{id}: the life of an app."""

import azure.functions as func

from functions.models.shapes import PageParameters
from functions.pages.answers import View
from functions.pages.app_timeline_view import app_timeline_view
from functions.pages.forms import NoForm
from functions.pages.page import page
from functions.pages.routes import APP_TIMELINE
from functions.pages.visits import Visit
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@page(blueprint, APP_TIMELINE)
async def show_timeline(visit: Visit[PageParameters, NoForm], services: Services) -> View:
    return await app_timeline_view(services, visit)
