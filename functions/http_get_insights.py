"""GET api/insights/summary: apps and alerts in numbers."""

import azure.functions as func

from functions.endpoint import endpoint
from functions.inventory_routes import GET_INSIGHTS
from functions.models.insights import insights_resource
from functions.models.shapes import NoBody, NoParameters
from functions.replies import Reply
from functions.requests import Call
from shared.pipeline.inventory.insights import insights
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@endpoint(blueprint, GET_INSIGHTS)
async def get_insights(call: Call[NoParameters, NoBody], services: Services) -> Reply:
    return Reply(content=insights_resource(await insights(services, call.now), call.now))
