"""GET api/alerts/{id}: one alert."""

import azure.functions as func

from functions.endpoint import endpoint
from functions.models.alerts import alert_resource
from functions.models.shapes import NoBody, NoParameters
from functions.replies import Reply
from functions.requests import Call
from functions.routes import GET_ALERT
from shared.pipeline.detection.triage import UnknownAlert
from shared.pipeline.operation.policy_texts import policy_text
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@endpoint(blueprint, GET_ALERT)
async def get_alert(call: Call[NoParameters, NoBody], services: Services) -> Reply:
    found = await services.alerts.get(call.path["id"])
    if found is None:
        raise UnknownAlert
    await services.refresh_rules()
    policy = policy_text(services, found.alert.policy_id)
    return Reply(content=alert_resource(found.alert, found.etag, policy), etag=found.etag)
