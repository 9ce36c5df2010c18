"""GET api/insights: apps and alerts in numbers."""

import azure.functions as func

from functions.endpoint import endpoint
from functions.inventory_routes import GET_INSIGHTS
from functions.models.insights import InsightsParameters, insights_resource
from functions.models.shapes import NoBody
from functions.replies import Reply
from functions.requests import Call
from shared.pipeline.inventory.insights import insights
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@endpoint(blueprint, GET_INSIGHTS)
async def get_insights(call: Call[InsightsParameters, NoBody], services: Services) -> Reply:
    found = await insights(services, call.now, call.parameters.days)
    return Reply(content=insights_resource(found, call.now))
