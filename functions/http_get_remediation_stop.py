"""GET api/remediation-stop: whether all remediation is stopped."""

import azure.functions as func

from functions.endpoint import endpoint
from functions.models.remediations import StopResource
from functions.models.shapes import NoBody, NoParameters
from functions.remediation_routes import GET_STOP
from functions.replies import Reply
from functions.requests import Call
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@endpoint(blueprint, GET_STOP)
async def get_stop(call: Call[NoParameters, NoBody], services: Services) -> Reply:
    return Reply(content=StopResource.model_validate((await services.stop_switch.read()).switch))
