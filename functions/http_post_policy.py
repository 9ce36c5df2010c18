"""POST new-policy: make a policy, or look whether its text would do."""

import azure.functions as func

from functions.models.shapes import NoParameters
from functions.pages.answers import Answer, SeeOther
from functions.pages.new_policy_view import check, create, new_policy_view
from functions.pages.page import page
from functions.pages.policy_forms import NewPolicyForm
from functions.pages.policy_page_routes import CREATE_POLICY, POLICY
from functions.pages.policy_refusals import EXPECTED, message_of, troubles_of
from functions.pages.policy_view import Refused
from functions.pages.visits import Visit
from shared.pipeline.governance.edit import Edit
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@page(blueprint, CREATE_POLICY)
async def create_one(visit: Visit[NoParameters, NewPolicyForm], services: Services) -> Answer:
    form = visit.form
    if form.check and form.text is not None:
        return new_policy_view(None, form, checked=await check(services, form.text))
    try:
        made = await create(services, form, Edit(caller=visit.caller, now=visit.now, reason=form.reason))
    except EXPECTED as error:
        message, status = message_of(error)
        refused = Refused(change=None, message=message, status=status, troubles=troubles_of(error, form.text))
        return new_policy_view(form.template, form, refused)
    return SeeOther(f"{POLICY.address(id=made.id)}?saved=true")
