"""DELETE api/exemptions/{id}: an exemption ends before its time."""

import azure.functions as func

from functions.endpoint import endpoint
from functions.exemption_routes import END_EXEMPTION
from functions.models.policy_edits import ReasonParameters
from functions.models.shapes import NoBody
from functions.policy_calls import edit_of
from functions.replies import Reply
from functions.requests import Call
from shared.pipeline.governance.exemptions import end_exemption
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@endpoint(blueprint, END_EXEMPTION)
async def end_one(call: Call[ReasonParameters, NoBody], services: Services) -> Reply:
    await end_exemption(services, call.path["id"], edit_of(call, call.parameters.reason))
    return Reply()
