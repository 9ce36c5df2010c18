"""POST lists: make a named list."""

import azure.functions as func

from functions.models.shapes import NoParameters
from functions.pages.answers import Answer, SeeOther
from functions.pages.exemption_forms import NamedListForm
from functions.pages.exemption_page_routes import CREATE_NAMED_LIST, NAMED_LIST
from functions.pages.named_list_values import values_of
from functions.pages.named_lists_view import named_lists_view, refused_list
from functions.pages.page import page
from functions.pages.policy_refusals import EXPECTED
from functions.pages.visits import Visit
from shared.pipeline.governance.acting_policies import permit_list
from shared.pipeline.governance.edit import Edit
from shared.pipeline.governance.named_lists import put_named_list
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@page(blueprint, CREATE_NAMED_LIST)
async def create(visit: Visit[NoParameters, NamedListForm], services: Services) -> Answer:
    form = visit.form
    name, described = form.name or "", form.description or ""
    edit = Edit(caller=visit.caller, now=visit.now, reason=form.reason)
    try:
        await permit_list(services, visit.caller, name)
        await put_named_list(services, name, values_of(form.values), edit, described, is_new=True)
    except EXPECTED as error:
        return await named_lists_view(services, refused=refused_list(error, form))
    return SeeOther(f"{NAMED_LIST.address(name=name)}?saved=true")
