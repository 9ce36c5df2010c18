"""GET api/coverage: what was collected and judged, and so what is missing."""

import azure.functions as func

from functions.endpoint import endpoint
from functions.models.coverage import CoverageList, CoverageParameters, source_resource
from functions.models.shapes import NoBody
from functions.replies import Reply
from functions.requests import Call
from functions.routes import GET_COVERAGE
from shared.pipeline.collection.read_coverage import read_coverage
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@endpoint(blueprint, GET_COVERAGE)
async def get_coverage(call: Call[CoverageParameters, NoBody], services: Services) -> Reply:
    reports = await read_coverage(services, call.now, call.parameters.hours)
    return Reply(content=CoverageList(value=[source_resource(report) for report in reports]))
