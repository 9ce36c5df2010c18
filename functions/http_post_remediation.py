"""POST apps/{id}/{action}: disable or enable an app."""

import azure.functions as func

from functions.models.shapes import NoParameters
from functions.pages.answers import Answer, SeeOther
from functions.pages.confirm_view import Declined, action_of, confirm_view
from functions.pages.page import page
from functions.pages.remediation_forms import NO_REASON, RemediationForm
from functions.pages.routes import REMEDIATION, REQUEST_REMEDIATION
from functions.pages.visits import Visit
from shared.pipeline.remediation.errors import (
    RemediationActive,
    RemediationRefused,
    RequestKeyReused,
    UnfitAlert,
)
from shared.pipeline.remediation.request_remediation import RemediationOrder, request_remediation
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@page(blueprint, REQUEST_REMEDIATION)
async def request(visit: Visit[NoParameters, RemediationForm], services: Services) -> Answer:
    app_id, action, form = visit.path["id"], action_of(visit.path["action"]), visit.form
    if form.reason is None:
        declined = Declined(reason="", message=NO_REASON, status=400)
        return await confirm_view(services, app_id, action, form.alert_id, visit.now, declined)
    order = RemediationOrder(action=action, reason=form.reason, alert_id=form.alert_id)
    try:
        made = await request_remediation(services, app_id, order, visit.caller, visit.now, form.request_key)
    except RemediationActive as error:
        declined = Declined(reason=form.reason, message=str(error), active=error.remediation_id)
    except RemediationRefused as error:
        declined = Declined(reason=form.reason, message=str(error))
    except UnfitAlert:
        message = "The alert that this page was opened from is not there, or is about another app."
        declined = Declined(reason=form.reason, message=message)
    except RequestKeyReused:
        declined = Declined(reason=form.reason, message="This page was used for another request: send it again.")
    else:
        return SeeOther(REMEDIATION.address(id=made.remediation.id))
    return await confirm_view(services, app_id, action, form.alert_id, visit.now, declined)
