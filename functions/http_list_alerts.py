"""GET api/alerts: the alert list."""

import azure.functions as func

from functions.endpoint import endpoint
from functions.models.alerts import AlertList, AlertListParameters, alert_resource
from functions.models.problems import FieldError
from functions.models.shapes import NoBody
from functions.problems import invalid
from functions.replies import Reply
from functions.requests import Call
from functions.routes import LIST_ALERTS
from shared.pipeline.operation.policy_texts import policy_text
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@endpoint(blueprint, LIST_ALERTS)
async def list_alerts(call: Call[AlertListParameters, NoBody], services: Services) -> Reply:
    try:
        page = await services.alert_list.page(call.parameters.query(), call.parameters.top, call.parameters.cursor)
    except ValueError:
        raise invalid(FieldError(field="cursor", message="is not one of ours for these filters")) from None
    await services.refresh_rules()
    value = [
        alert_resource(listed.alert, listed.etag, policy_text(services, listed.alert.policy_id))
        for listed in page.alerts
    ]
    return Reply(content=AlertList(value=value, next_link=call.next_link(page.next)))
