"""GET api/policies/{id}/versions: the history of a policy."""

import azure.functions as func

from functions.endpoint import endpoint
from functions.models.policy_versions import version_list
from functions.models.shapes import NoBody, NoParameters
from functions.policy_routes import LIST_VERSIONS
from functions.replies import Reply
from functions.requests import Call
from shared.pipeline.governance.policy_history import read_history
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@endpoint(blueprint, LIST_VERSIONS)
async def list_all(call: Call[NoParameters, NoBody], services: Services) -> Reply:
    history = await read_history(services, call.path["id"])
    return Reply(content=version_list(history.versions, history.first_broken))
