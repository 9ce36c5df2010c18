"""GET api/coverage: what was collected and judged, and so what is missing."""

import azure.functions as func

from functions.endpoint import endpoint
from functions.models.coverage import CoverageList, CoverageParameters, SourceResource
from functions.models.shapes import NoBody
from functions.replies import Reply
from functions.requests import Call
from functions.routes import GET_COVERAGE
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@endpoint(blueprint, GET_COVERAGE)
async def get_coverage(call: Call[CoverageParameters, NoBody], services: Services) -> Reply:
    sources = await services.ledger.coverage(call.now, call.parameters.hours)
    return Reply(content=CoverageList(value=[SourceResource.model_validate(source) for source in sources]))
