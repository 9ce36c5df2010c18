"""GET api/apps: the list of apps."""

import azure.functions as func

from functions.endpoint import endpoint
from functions.inventory_routes import LIST_APPS
from functions.models.apps import AppListParameters, app_list
from functions.models.problems import FieldError
from functions.models.shapes import NoBody
from functions.problems import invalid
from functions.replies import Reply
from functions.requests import Call
from shared.pipeline.inventory.app_list import list_apps
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@endpoint(blueprint, LIST_APPS)
async def list_all(call: Call[AppListParameters, NoBody], services: Services) -> Reply:
    asked = call.parameters
    try:
        listing = await list_apps(services, asked.query(), asked.top, asked.cursor, call.now)
    except ValueError:
        raise invalid(FieldError(field="cursor", message="is not one of ours for this order")) from None
    return Reply(content=app_list(listing, call.next_link(listing.page.next), call.now))
