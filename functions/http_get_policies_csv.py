"""GET api/policies.csv: the list of policies as a file."""

import azure.functions as func

from functions.endpoint import endpoint
from functions.models.policies import PolicyListParameters
from functions.models.policy_csv import policies_csv
from functions.models.shapes import NoBody
from functions.policy_listing import policy_listing
from functions.policy_routes import GET_POLICIES_CSV
from functions.replies import FileReply
from functions.requests import Call
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@endpoint(blueprint, GET_POLICIES_CSV)
async def get_file(call: Call[PolicyListParameters, NoBody], services: Services) -> FileReply:
    found = await policy_listing(services, call.parameters)
    headers = {"Content-Disposition": f'attachment; filename="policies-{call.now:%Y-%m-%d}.csv"'}
    return FileReply(content=policies_csv(found.shown), media_type="text/csv", headers=headers)
