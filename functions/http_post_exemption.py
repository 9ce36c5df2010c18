"""POST exemptions: exempt an app, or end an exemption."""

import azure.functions as func

from functions.models.shapes import NoParameters
from functions.pages.answers import Answer, SeeOther
from functions.pages.exemption_forms import ExemptionForm, ExemptionsPageParameters
from functions.pages.exemption_page_routes import CHANGE_EXEMPTIONS, EXEMPTIONS
from functions.pages.exemptions_view import exempt, exemptions_view, refused_exemption
from functions.pages.page import page
from functions.pages.policy_refusals import EXPECTED
from functions.pages.visits import Visit
from shared.pipeline.governance.edit import Edit
from shared.pipeline.governance.exemptions import end_exemption
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@page(blueprint, CHANGE_EXEMPTIONS)
async def change(visit: Visit[NoParameters, ExemptionForm], services: Services) -> Answer:
    form, edit = visit.form, Edit(caller=visit.caller, now=visit.now, reason=visit.form.reason)
    try:
        if form.exemption_id is not None:
            await end_exemption(services, form.exemption_id, edit)
        else:
            await exempt(services, form.policy_id, form.app_id, form, edit)
    except EXPECTED as error:
        refused = refused_exemption(error, None if form.exemption_id else form)
        return await exemptions_view(services, ExemptionsPageParameters(), visit.caller, visit.now, refused)
    return SeeOther(f"{EXEMPTIONS.address()}?saved=true")
