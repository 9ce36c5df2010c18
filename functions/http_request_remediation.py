"""POST api/apps/{id}/remediations: disable or enable an app, or see what that would do."""

import azure.functions as func

from functions.endpoint import endpoint
from functions.models.remediation_requests import RemediationOrderBody
from functions.models.remediations import RemediationResource, plan_resource
from functions.models.shapes import NoParameters
from functions.remediation_routes import REQUEST_REMEDIATION
from functions.replies import Reply
from functions.requests import Call
from shared.pipeline.remediation.plan_remediation import plan_remediation
from shared.pipeline.remediation.request_remediation import RemediationOrder, request_remediation
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@endpoint(blueprint, REQUEST_REMEDIATION)
async def request_one(call: Call[NoParameters, RemediationOrderBody], services: Services) -> Reply:
    app_id, asked = call.path["id"], call.body
    if asked.dry_run:
        plan = await plan_remediation(services, app_id, asked.action, call.now, asked.alert_id)
        return Reply(content=plan_resource(plan))
    order = RemediationOrder(action=asked.action, reason=asked.reason, alert_id=asked.alert_id)
    made = await request_remediation(services, app_id, order, call.caller, call.now, call.idempotency_key)
    content = RemediationResource.model_validate(made.remediation)
    return Reply(content=content, status=202, location=call.address_of(f"/api/remediations/{made.remediation.id}"))
