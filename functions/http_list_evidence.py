"""GET api/alerts/{id}/evidence: what an alert rests on."""

import azure.functions as func

from functions.endpoint import endpoint
from functions.models.alert_details import EvidenceList, evidence_resource
from functions.models.problems import FieldError
from functions.models.shapes import NoBody, PageParameters
from functions.problems import invalid
from functions.replies import Reply
from functions.requests import Call
from functions.routes import LIST_EVIDENCE
from shared.pipeline.detection.triage import UnknownAlert
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@endpoint(blueprint, LIST_EVIDENCE)
async def list_evidence(call: Call[PageParameters, NoBody], services: Services) -> Reply:
    alert_id = call.path["id"]
    if await services.alerts.get(alert_id) is None:
        raise UnknownAlert
    try:
        page = await services.alerts.evidence(alert_id, call.parameters.top, call.parameters.cursor)
    except ValueError:
        raise invalid(FieldError(field="cursor", message="is not one of ours for this alert")) from None
    value = [evidence_resource(item) for item in page.items]
    return Reply(content=EvidenceList(value=value, next_link=call.next_link(page.next)))
