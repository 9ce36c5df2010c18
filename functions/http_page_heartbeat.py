"""GET heartbeats/{route}/{number}: where the daily card leads whoever saw it arrive."""

import azure.functions as func

from functions.pages.answers import View
from functions.pages.forms import NoForm
from functions.pages.heartbeats import HeartbeatParameters, number_of
from functions.pages.page import page
from functions.pages.routes import HEARTBEAT
from functions.pages.visits import Visit
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@page(blueprint, HEARTBEAT)
async def show_heartbeat(visit: Visit[HeartbeatParameters, NoForm], services: Services) -> View:
    values = {
        "route": visit.path["route"],
        "number": number_of(visit.path["number"]),
        "is_confirmed": visit.parameters.confirmed,
    }
    return View(template="heartbeat.html", values=values)
