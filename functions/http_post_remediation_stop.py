"""POST remediations: stop all remediation but undoing, or let it go on."""

import azure.functions as func

from functions.models.shapes import NoParameters
from functions.pages.answers import SeeOther
from functions.pages.page import page
from functions.pages.remediation_forms import StopForm
from functions.pages.routes import REMEDIATIONS, SET_STOP
from functions.pages.visits import Visit
from shared.pipeline.remediation.stop_remediation import set_stop
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@page(blueprint, SET_STOP)
async def stop(visit: Visit[NoParameters, StopForm], services: Services) -> SeeOther:
    await set_stop(services, visit.form.stopped, visit.form.reason, visit.caller, visit.now)
    return SeeOther(REMEDIATIONS.address())
