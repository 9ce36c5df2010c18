"""POST api/exemptions: a policy leaves an app alone for a while."""

import azure.functions as func

from functions.endpoint import endpoint
from functions.exemption_routes import CREATE_EXEMPTION
from functions.models.exemptions import ExemptionOrder, exemption_resource
from functions.models.shapes import NoParameters
from functions.policy_calls import edit_of, exempting
from functions.replies import Reply
from functions.requests import Call
from shared.pipeline.governance.exemptions import create_exemption
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@endpoint(blueprint, CREATE_EXEMPTION)
async def create_one(call: Call[NoParameters, ExemptionOrder], services: Services) -> Reply:
    with exempting():
        made = await create_exemption(services, call.body.order(), edit_of(call, call.body.reason))
    location = call.address_of(f"/api/exemptions?policyId={made.policy_id}")
    return Reply(content=exemption_resource(made, call.now), status=201, location=location)
