"""GET api/policy-schema.json: the JSON Schema of policy files."""

import azure.functions as func

from functions.endpoint import endpoint
from functions.models.policy_folders import PolicySchemaResource
from functions.models.shapes import NoBody, NoParameters
from functions.policy_code_routes import GET_POLICY_SCHEMA
from functions.replies import Reply
from functions.requests import Call
from shared.pipeline.governance.told_folders import schema_of_files
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@endpoint(blueprint, GET_POLICY_SCHEMA)
async def get_schema(call: Call[NoParameters, NoBody], services: Services) -> Reply:
    return Reply(content=PolicySchemaResource(schema_of_files()))
