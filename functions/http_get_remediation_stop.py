"""GET api/remediation-stop: whether all remediation is stopped, and when it was."""

import azure.functions as func

from functions.endpoint import endpoint
from functions.models.remediations import stop_details
from functions.models.shapes import NoBody, NoParameters
from functions.remediation_routes import GET_STOP
from functions.replies import Reply
from functions.requests import Call
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@endpoint(blueprint, GET_STOP)
async def get_stop(call: Call[NoParameters, NoBody], services: Services) -> Reply:
    switch = (await services.stop_switch.read()).switch
    return Reply(content=stop_details(switch, await services.stop_switch.history()))
