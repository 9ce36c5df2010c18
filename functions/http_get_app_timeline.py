"""GET api/apps/{id}/timeline: the life of an app."""

import azure.functions as func

from functions.endpoint import endpoint
from functions.inventory_routes import GET_APP_TIMELINE
from functions.models.problems import FieldError
from functions.models.shapes import NoBody, PageParameters
from functions.models.timeline import Timeline, timeline_entry_resource
from functions.problems import invalid
from functions.replies import Reply
from functions.requests import Call
from shared.pipeline.inventory.app_list import find_app
from shared.pipeline.inventory.app_timeline import app_timeline
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@endpoint(blueprint, GET_APP_TIMELINE)
async def get_timeline(call: Call[PageParameters, NoBody], services: Services) -> Reply:
    app = await find_app(services, call.path["id"])
    try:
        page = await app_timeline(services, app.app_id, call.parameters.top, call.parameters.cursor)
    except ValueError:
        raise invalid(FieldError(field="cursor", message="is not one of ours for this app")) from None
    value = [timeline_entry_resource(entry) for entry in page.entries]
    return Reply(content=Timeline(value=value, next_link=call.next_link(page.next)))
