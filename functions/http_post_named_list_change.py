"""POST lists/{name}: write a named list in place of what it was, or delete it."""

import azure.functions as func

from functions.models.shapes import NoParameters
from functions.pages.answers import Answer, SeeOther
from functions.pages.exemption_forms import NamedListForm
from functions.pages.exemption_page_routes import CHANGE_NAMED_LIST, NAMED_LIST, NAMED_LISTS
from functions.pages.named_list_values import values_of
from functions.pages.named_lists_view import named_list_view, refused_list
from functions.pages.page import page
from functions.pages.policy_forms import NO_VERSION
from functions.pages.policy_refusals import EXPECTED
from functions.pages.visits import Visit
from shared.pipeline.governance.acting_policies import permit_list
from shared.pipeline.governance.edit import Edit
from shared.pipeline.governance.named_lists import delete_named_list, put_named_list
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@page(blueprint, CHANGE_NAMED_LIST)
async def change(visit: Visit[NoParameters, NamedListForm], services: Services) -> Answer:
    name, form = visit.path["name"], visit.form
    edit = Edit(caller=visit.caller, now=visit.now, reason=form.reason, if_match=form.etag or NO_VERSION)
    try:
        await permit_list(services, visit.caller, name)
        if form.remove:
            await delete_named_list(services, name, edit)
            return SeeOther(f"{NAMED_LISTS.address()}?saved=true")
        await put_named_list(services, name, values_of(form.values), edit, form.description or "")
    except EXPECTED as error:
        return await named_list_view(services, name, visit.caller, refused=refused_list(error, form))
    return SeeOther(f"{NAMED_LIST.address(name=name)}?saved=true")
