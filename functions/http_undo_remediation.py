"""POST api/remediations/{id}/undo: bring back the state before it."""

import azure.functions as func

from functions.endpoint import endpoint
from functions.models.remediation_requests import UndoBody
from functions.models.remediations import RemediationResource
from functions.models.shapes import NoParameters
from functions.remediation_routes import UNDO_REMEDIATION
from functions.replies import Reply
from functions.requests import Call
from shared.pipeline.remediation.undo_remediation import undo_remediation
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@endpoint(blueprint, UNDO_REMEDIATION)
async def undo_one(call: Call[NoParameters, UndoBody], services: Services) -> Reply:
    made = await undo_remediation(
        services, call.path["id"], call.body.reason, call.caller, call.now, call.idempotency_key
    )
    content = RemediationResource.model_validate(made.remediation)
    return Reply(content=content, status=202, location=call.address_of(f"/api/remediations/{made.remediation.id}"))
