"""GET alerts: the queue of alerts."""

import azure.functions as func

from functions.models.alerts import AlertListParameters
from functions.models.problems import FieldError
from functions.pages.answers import View
from functions.pages.forms import NoForm
from functions.pages.page import page
from functions.pages.routes import ALERTS
from functions.pages.visits import Visit
from functions.problems import invalid
from shared.domain.alerts import AlertStatus
from shared.domain.severities import Severity
from shared.pipeline.operation.policy_texts import policy_ids
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@page(blueprint, ALERTS)
async def show_alerts(visit: Visit[AlertListParameters, NoForm], services: Services) -> View:
    asked = visit.parameters
    try:
        found = await services.alert_list.page(asked.query(), asked.top, asked.cursor)
    except ValueError:
        raise invalid(FieldError(field="cursor", message="is not one of ours for these filters")) from None
    await services.refresh_rules()
    values = {
        "alerts": [listed.alert for listed in found.alerts],
        "asked": asked,
        "severities": sorted(Severity, key=lambda severity: severity.rank, reverse=True),
        "statuses": list(AlertStatus),
        "policies": policy_ids(services),
        "is_filtered": any(name not in {"cursor", "top"} for name, _ in visit.query),
        "first": visit.link(cursor=None) if asked.cursor else None,
        "next": visit.link(cursor=found.next) if found.next else None,
    }
    return View(template="alerts.html", values=values)
