"""GET api/remediations/{id}: one remediation whole."""

import azure.functions as func

from functions.endpoint import endpoint
from functions.models.remediations import remediation_details
from functions.models.shapes import NoBody, NoParameters
from functions.remediation_routes import GET_REMEDIATION
from functions.replies import Reply
from functions.requests import Call
from shared.pipeline.remediation.errors import UnknownRemediation
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@endpoint(blueprint, GET_REMEDIATION)
async def get_one(call: Call[NoParameters, NoBody], services: Services) -> Reply:
    remediation_id = call.path["id"]
    found = await services.remediations.get(remediation_id)
    if found is None:
        raise UnknownRemediation
    snapshot = await services.remediations.snapshot(remediation_id)
    history = await services.remediations.history(remediation_id)
    return Reply(content=remediation_details(found.remediation, snapshot, history), etag=found.etag)
