"""GET api/remediations: the list of remediations."""

import azure.functions as func

from functions.endpoint import endpoint
from functions.models.problems import FieldError
from functions.models.remediations import RemediationList, RemediationListParameters, RemediationResource
from functions.models.shapes import NoBody
from functions.problems import invalid
from functions.remediation_routes import LIST_REMEDIATIONS
from functions.replies import Reply
from functions.requests import Call
from shared.domain.remediation_records import RemediationQuery
from shared.pipeline.remediation.list_remediations import list_remediations
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@endpoint(blueprint, LIST_REMEDIATIONS)
async def list_all(call: Call[RemediationListParameters, NoBody], services: Services) -> Reply:
    asked = call.parameters
    query = RemediationQuery(app_id=asked.app_id, status=asked.status)
    try:
        page = await list_remediations(services, query, asked.top, asked.cursor)
    except ValueError:
        raise invalid(FieldError(field="cursor", message="is not one of ours for these filters")) from None
    value = [RemediationResource.model_validate(one) for one in page.remediations]
    return Reply(content=RemediationList(value=value, next_link=call.next_link(page.next)))
