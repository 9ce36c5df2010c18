"""PUT api/remediation-stop: stop all remediation but undoing, or let it go on."""

import azure.functions as func

from functions.endpoint import endpoint
from functions.models.remediation_requests import StopBody
from functions.models.remediations import StopResource
from functions.models.shapes import NoParameters
from functions.remediation_routes import SET_STOP
from functions.replies import Reply
from functions.requests import Call
from shared.pipeline.remediation.stop_remediation import set_stop as set_switch
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@endpoint(blueprint, SET_STOP)
async def set_stop(call: Call[NoParameters, StopBody], services: Services) -> Reply:
    switch = await set_switch(services, call.body.stopped, call.body.reason, call.caller, call.now)
    return Reply(content=StopResource.model_validate(switch))
