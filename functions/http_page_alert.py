"""GET alerts/{id}: one alert, why it was raised and what to do."""

import azure.functions as func

from functions.pages.alert_forms import AlertPageParameters
from functions.pages.alert_view import alert_view
from functions.pages.answers import View
from functions.pages.forms import NoForm
from functions.pages.page import page
from functions.pages.routes import ALERT
from functions.pages.visits import Visit
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@page(blueprint, ALERT)
async def show_alert(visit: Visit[AlertPageParameters, NoForm], services: Services) -> View:
    return await alert_view(services, visit.path["id"], visit.parameters)
