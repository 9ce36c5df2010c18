"""POST api/policies/validate: whether a draft could be saved."""

import azure.functions as func

from functions.endpoint import endpoint
from functions.models.policies import ValidationResource, places
from functions.models.policy_edits import Draft
from functions.models.shapes import NoParameters
from functions.policy_routes import VALIDATE_POLICY
from functions.replies import Reply
from functions.requests import Call
from shared.pipeline.governance.told_problems import told
from shared.pipeline.governance.validate_policy import validate_policy
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@endpoint(blueprint, VALIDATE_POLICY)
async def validate_one(call: Call[NoParameters, Draft], services: Services) -> Reply:
    found = await validate_policy(services, dict(call.body.definition))
    problems, warnings = (places(told(each, "definition")) for each in (found.problems, found.warnings))
    return Reply(content=ValidationResource(valid=not problems, problems=problems, warnings=warnings))
