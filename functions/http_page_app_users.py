"""GET app-users/{id}: who consented to an app."""

import azure.functions as func

from functions.models.shapes import PageParameters
from functions.pages.answers import View
from functions.pages.app_users_view import app_users_view
from functions.pages.forms import NoForm
from functions.pages.page import page
from functions.pages.routes import APP_USERS
from functions.pages.visits import Visit
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@page(blueprint, APP_USERS)
async def show_users(visit: Visit[PageParameters, NoForm], services: Services) -> View:
    return await app_users_view(services, visit)
