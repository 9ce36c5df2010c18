"""GET heartbeats/{route}/{number}: where the daily card leads whoever saw it arrive."""

import azure.functions as func

from functions.pages.answers import View
from functions.pages.forms import NoForm
from functions.pages.heartbeats import HeartbeatParameters, number_of, unknown_heartbeat
from functions.pages.page import page
from functions.pages.routes import HEARTBEAT
from functions.pages.visits import Visit
from shared.pipeline.delivery.heartbeat import UnknownHeartbeat, find_heartbeat
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@page(blueprint, HEARTBEAT)
async def show_heartbeat(visit: Visit[HeartbeatParameters, NoForm], services: Services) -> View:
    route, number = visit.path["route"], number_of(visit.path["number"])
    try:
        await find_heartbeat(services, route, number)
    except UnknownHeartbeat:
        raise unknown_heartbeat() from None
    values = {"route": route, "number": number, "is_confirmed": visit.parameters.confirmed}
    return View(template="heartbeat.html", values=values)
