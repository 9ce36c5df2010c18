"""GET api/exemptions: which apps policies leave alone."""

import azure.functions as func

from functions.endpoint import endpoint
from functions.exemption_routes import LIST_EXEMPTIONS
from functions.models.exemptions import ExemptionListParameters, exemption_list
from functions.models.shapes import NoBody
from functions.replies import Reply
from functions.requests import Call
from shared.pipeline.governance.exemptions import list_exemptions
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@endpoint(blueprint, LIST_EXEMPTIONS)
async def list_all(call: Call[ExemptionListParameters, NoBody], services: Services) -> Reply:
    asked = call.parameters
    found = await list_exemptions(services, call.now, asked.policy_id, asked.app_id)
    shown = [one for one in found if asked.active in (None, one.holds(call.now))]
    return Reply(content=exemption_list(shown, call.now))
