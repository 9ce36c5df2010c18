"""POST apps/{id}: exempt an app from all policies."""

import azure.functions as func

from functions.models.shapes import NoParameters
from functions.pages.answers import Answer, SeeOther
from functions.pages.app_exemptions import exempt_from_all
from functions.pages.app_view import app_view
from functions.pages.exemption_forms import AppExemptionForm
from functions.pages.exemption_page_routes import EXEMPT_APP
from functions.pages.exemptions_view import refused_exemption
from functions.pages.page import page
from functions.pages.policy_refusals import EXPECTED
from functions.pages.routes import APP
from functions.pages.visits import Visit
from shared.pipeline.governance.edit import Edit
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@page(blueprint, EXEMPT_APP)
async def exempt(visit: Visit[NoParameters, AppExemptionForm], services: Services) -> Answer:
    app_id, form = visit.path["id"], visit.form
    edit = Edit(caller=visit.caller, now=visit.now, reason=form.reason)
    try:
        await exempt_from_all(services, app_id, form, edit)
    except EXPECTED as error:
        refused = refused_exemption(error, form)
        return await app_view(services, app_id, visit.caller, visit.now, refused)
    return SeeOther(APP.address(id=app_id))
