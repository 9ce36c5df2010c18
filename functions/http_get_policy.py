"""GET api/policies/{id}: one policy."""

import azure.functions as func

from functions.endpoint import endpoint
from functions.models.policies import policy_details
from functions.models.shapes import NoBody, NoParameters
from functions.policy_routes import GET_POLICY
from functions.replies import Reply
from functions.requests import Call
from shared.pipeline.governance.policy_list import read_policy
from shared.pipeline.governance.policy_warnings import told_warnings
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@endpoint(blueprint, GET_POLICY)
async def get_one(call: Call[NoParameters, NoBody], services: Services) -> Reply:
    found = await read_policy(services, call.path["id"])
    content = policy_details(found.policy, found.alerts, told_warnings(services, found.policy.id))
    return Reply(content=content, etag=found.policy.etag)
