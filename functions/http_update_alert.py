"""PATCH api/alerts/{id}: change one alert."""

import azure.functions as func

from functions.endpoint import endpoint
from functions.models.alert_updates import AlertUpdate
from functions.models.alerts import alert_resource
from functions.models.shapes import NoParameters
from functions.replies import Reply
from functions.requests import Call
from functions.routes import UPDATE_ALERT
from shared.pipeline.detection.triage import update_alert
from shared.pipeline.operation.policy_texts import policy_text
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@endpoint(blueprint, UPDATE_ALERT)
async def update_one(call: Call[NoParameters, AlertUpdate], services: Services) -> Reply:
    await services.refresh_rules()
    changes = call.body.triage_changes()
    updated = await update_alert(services, call.path["id"], changes, call.caller, call.if_match, call.now)
    policy = policy_text(services, updated.alert.policy_id)
    return Reply(content=alert_resource(updated.alert, updated.etag, policy), etag=updated.etag)
