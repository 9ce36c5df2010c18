"""POST heartbeats/{route}/{number}: somebody says that the card arrived."""

import azure.functions as func

from functions.models.shapes import NoParameters
from functions.pages.answers import SeeOther
from functions.pages.forms import NoForm
from functions.pages.heartbeats import number_of, unknown_heartbeat
from functions.pages.page import page
from functions.pages.routes import CONFIRM_HEARTBEAT, HEARTBEAT
from functions.pages.visits import Visit
from shared.pipeline.delivery.heartbeat import UnknownHeartbeat, confirm_heartbeat
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@page(blueprint, CONFIRM_HEARTBEAT)
async def confirm(visit: Visit[NoParameters, NoForm], services: Services) -> SeeOther:
    route, number = visit.path["route"], number_of(visit.path["number"])
    try:
        await confirm_heartbeat(services, route, number, visit.caller, visit.now)
    except UnknownHeartbeat:
        raise unknown_heartbeat() from None
    return SeeOther(f"{HEARTBEAT.address(route=route, number=str(number))}?confirmed=true")
