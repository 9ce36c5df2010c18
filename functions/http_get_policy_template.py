"""GET api/policy-templates/{id}: one template."""

import azure.functions as func

from functions.endpoint import endpoint
from functions.models.shapes import NoBody, NoParameters
from functions.models.templates import template_resource
from functions.policy_routes import GET_TEMPLATE
from functions.replies import Reply
from functions.requests import Call
from shared.pipeline.governance.policy_templates import get_template
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@endpoint(blueprint, GET_TEMPLATE)
async def get_one(call: Call[NoParameters, NoBody], _services: Services) -> Reply:
    return Reply(content=template_resource(get_template(call.path["id"])))
