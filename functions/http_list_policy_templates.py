"""GET api/policy-templates: the templates of policies."""

import azure.functions as func

from functions.endpoint import endpoint
from functions.models.shapes import NoBody, NoParameters
from functions.models.templates import TemplateList, template_resource
from functions.policy_routes import LIST_TEMPLATES
from functions.replies import Reply
from functions.requests import Call
from shared.pipeline.governance.policy_templates import list_templates
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@endpoint(blueprint, LIST_TEMPLATES)
async def list_all(_call: Call[NoParameters, NoBody], _services: Services) -> Reply:
    return Reply(content=TemplateList(value=[template_resource(one) for one in list_templates()]))
