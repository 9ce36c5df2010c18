"""POST policies/{id}/{change}: change a policy, or exempt an app from it, by a form on its page."""

import azure.functions as func

from functions.models.shapes import NoParameters
from functions.pages.answers import Answer, SeeOther
from functions.pages.page import page
from functions.pages.policy_changes import change_of, change_policy
from functions.pages.policy_forms import NO_VERSION, PolicyChange, PolicyChangeForm
from functions.pages.policy_page_routes import CHANGE_POLICY
from functions.pages.policy_refusals import EXPECTED, message_of, troubles_of
from functions.pages.policy_view import Refused, policy_view
from functions.pages.visits import Visit
from shared.pipeline.governance.edit import Edit
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@page(blueprint, CHANGE_POLICY)
async def change(visit: Visit[NoParameters, PolicyChangeForm], services: Services) -> Answer:
    """What was refused is shown with all that was typed, so that nobody writes a policy twice."""
    policy_id, form, kind = visit.path["id"], visit.form, change_of(visit.path["change"])
    edit = Edit(caller=visit.caller, now=visit.now, reason=form.reason, if_match=form.etag or NO_VERSION)
    try:
        return SeeOther(await change_policy(services, policy_id, kind, form, edit))
    except EXPECTED as error:
        message, status = message_of(error)
        refused = Refused(
            change=kind,
            message=message,
            status=status,
            troubles=troubles_of(error, form.text),
            form=None if kind is PolicyChange.SUGGESTION else form,
        )
    return await policy_view(services, policy_id, visit.now, refused=refused)
