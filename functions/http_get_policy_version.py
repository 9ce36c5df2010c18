"""GET api/policies/{id}/versions/{version}: one version of a policy."""

import azure.functions as func

from functions.endpoint import endpoint
from functions.models.policy_versions import VersionResource
from functions.models.shapes import NoBody, NoParameters
from functions.policy_calls import number_of
from functions.policy_routes import GET_VERSION
from functions.replies import Reply
from functions.requests import Call
from shared.pipeline.governance.policy_history import read_version
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@endpoint(blueprint, GET_VERSION)
async def get_one(call: Call[NoParameters, NoBody], services: Services) -> Reply:
    found = await read_version(services, call.path["id"], number_of(call.path["version"]))
    return Reply(content=VersionResource.model_validate(found))
