"""GET api/insights/changes: what came, went or changed since a day."""

import azure.functions as func

from functions.endpoint import endpoint
from functions.inventory_routes import LIST_CHANGES
from functions.models.insights import ChangesParameters, change_list
from functions.models.problems import FieldError, ProblemKind
from functions.models.shapes import NoBody
from functions.problems import RequestRefused, invalid
from functions.replies import Reply
from functions.requests import Call
from shared.pipeline.inventory.insights import NoSnapshot, changes_since
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@endpoint(blueprint, LIST_CHANGES)
async def list_changes(call: Call[ChangesParameters, NoBody], services: Services) -> Reply:
    asked = call.parameters
    try:
        found = await changes_since(services, asked.since, asked.top, asked.cursor)
    except NoSnapshot as none:
        raise RequestRefused(ProblemKind.NOT_FOUND, _told(none)) from None
    except ValueError:
        raise invalid(FieldError(field="cursor", message="is not one of ours for this day")) from None
    return Reply(content=change_list(found, call.next_link(found.next), call.now))


def _told(none: NoSnapshot) -> str:
    if none.first is None:
        return "The list is kept once a day from the first complete read on, and none is kept yet."
    return f"The list is kept once a day from {none.first} on, and not yet since that day."
