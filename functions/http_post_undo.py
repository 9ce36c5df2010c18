"""POST remediations/{id}: bring back the state before a remediation."""

import azure.functions as func

from functions.models.shapes import NoParameters
from functions.pages.answers import Answer, SeeOther
from functions.pages.page import page
from functions.pages.remediation_forms import NO_REASON, UndoForm
from functions.pages.remediation_view import UndoDeclined, remediation_view
from functions.pages.routes import REMEDIATION, UNDO
from functions.pages.visits import Visit
from shared.pipeline.remediation.errors import NothingToUndo, RemediationActive, RemediationRefused
from shared.pipeline.remediation.undo_remediation import undo_remediation
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@page(blueprint, UNDO)
async def undo(visit: Visit[NoParameters, UndoForm], services: Services) -> Answer:
    remediation_id, reason = visit.path["id"], visit.form.reason
    if reason is None:
        declined = UndoDeclined(reason="", message=NO_REASON, status=400)
        return await remediation_view(services, remediation_id, refresh=False, declined=declined)
    try:
        made = await undo_remediation(services, remediation_id, reason, visit.caller, visit.now)
    except (NothingToUndo, RemediationActive, RemediationRefused) as error:
        declined = UndoDeclined(reason=reason, message=str(error))
        return await remediation_view(services, remediation_id, refresh=False, declined=declined)
    return SeeOther(REMEDIATION.address(id=made.remediation.id))
