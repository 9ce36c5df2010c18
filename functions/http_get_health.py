"""GET api/health: is all well?"""

import azure.functions as func

from functions.endpoint import endpoint
from functions.models.service import CheckResource, HealthResource
from functions.models.shapes import NoBody, NoParameters
from functions.replies import Reply
from functions.requests import Call
from functions.routes import GET_HEALTH
from shared.bootstrap import access
from shared.pipeline.operation.check_health import check_health
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@endpoint(blueprint, GET_HEALTH)
async def get_health(call: Call[NoParameters, NoBody], services: Services) -> Reply:
    checks = await check_health(services, access(), call.now)
    healthy = all(check.healthy for check in checks)
    content = HealthResource(
        status="healthy" if healthy else "degraded",
        checks=[CheckResource.model_validate(check) for check in checks],
    )
    return Reply(content=content, status=200 if healthy else 503)
