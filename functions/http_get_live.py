"""GET api/live: something answers. Open to anybody, so it says nothing else."""

import azure.functions as func

from functions.endpoint import endpoint
from functions.models.shapes import NoBody, NoParameters
from functions.replies import Reply
from functions.requests import Call
from functions.routes import GET_LIVE
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@endpoint(blueprint, GET_LIVE)
async def get_live(call: Call[NoParameters, NoBody], services: Services) -> Reply:
    return Reply()
