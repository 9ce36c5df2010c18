"""GET api/apps/{id}/users: who consented to an app."""

import azure.functions as func

from functions.endpoint import endpoint
from functions.inventory_routes import LIST_APP_USERS
from functions.models.app_consents import ConsentingUserList, consenting_user_resource
from functions.models.problems import FieldError
from functions.models.shapes import NoBody, PageParameters
from functions.problems import invalid
from functions.replies import Reply
from functions.requests import Call
from shared.pipeline.inventory.consents import consenting_users
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@endpoint(blueprint, LIST_APP_USERS)
async def list_users(call: Call[PageParameters, NoBody], services: Services) -> Reply:
    try:
        found = await consenting_users(services, call.path["id"], call.parameters.top, call.parameters.cursor)
    except ValueError:
        raise invalid(FieldError(field="cursor", message="is not one of ours")) from None
    content = ConsentingUserList(
        value=[consenting_user_resource(user) for user in found.users],
        next_link=call.next_link(found.next),
        total_count=found.total,
    )
    return Reply(content=content)
