"""GET api/me: who the service takes the caller for. The hourly probe asks this as somebody who does not exist."""

import azure.functions as func

from functions.endpoint import endpoint
from functions.models.service import CallerResource
from functions.models.shapes import NoBody, NoParameters
from functions.replies import Reply
from functions.requests import Call
from functions.routes import GET_ME
from shared.domain.roles import Right
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@endpoint(blueprint, GET_ME)
async def get_me(call: Call[NoParameters, NoBody], services: Services) -> Reply:
    caller = call.caller
    content = CallerResource(
        id=caller.id,
        name=caller.name,
        is_user=caller.is_user,
        roles=sorted(caller.roles),
        rights=[right.value for right in Right if caller.may(right)],
    )
    return Reply(content=content)
