"""POST alerts/{id}: change an alert by the form on its page."""

import azure.functions as func

from functions.models.shapes import NoParameters
from functions.pages.alert_forms import AlertPageParameters, TriageForm
from functions.pages.alert_view import Refusal, alert_view
from functions.pages.answers import Answer, SeeOther
from functions.pages.page import page
from functions.pages.routes import ALERT, TRIAGE
from functions.pages.visits import Visit
from shared.domain.lifecycle import IllegalTransition
from shared.domain.triage import TriageRefused
from shared.pipeline.detection.triage import StaleEtag, update_alert
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@page(blueprint, TRIAGE)
async def triage_alert(visit: Visit[NoParameters, TriageForm], services: Services) -> Answer:
    """A change that was refused is shown with all that was typed, so that nobody writes a comment twice."""
    alert_id, form = visit.path["id"], visit.form
    try:
        await update_alert(services, alert_id, form.triage_changes(visit.caller), visit.caller, form.etag, visit.now)
    except StaleEtag:
        refusal = Refusal(form=form, status=412, reason=None)
    except (IllegalTransition, TriageRefused) as error:
        refusal = Refusal(form=form, status=409, reason=str(error))
    else:
        return SeeOther(f"{ALERT.address(id=alert_id)}?saved=true")
    return await alert_view(services, alert_id, AlertPageParameters(), refusal)
