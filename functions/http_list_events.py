"""GET api/events: hunting in the archive of events."""

import azure.functions as func

from functions.endpoint import endpoint
from functions.models.events import EventList, EventListParameters, event_resource, with_range
from functions.models.problems import FieldError
from functions.models.shapes import NoBody
from functions.problems import invalid
from functions.replies import Reply
from functions.requests import Call
from functions.routes import LIST_EVENTS
from shared.pipeline.activity.find_events import find_events, ids_of_app
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@endpoint(blueprint, LIST_EVENTS)
async def list_events(call: Call[EventListParameters, NoBody], services: Services) -> Reply:
    asked = call.parameters
    query = asked.query(await ids_of_app(services, asked.app_id), call.now)
    try:
        page = await find_events(services, query, asked.top, asked.cursor)
    except ValueError:
        raise invalid(FieldError(field="cursor", message="is not one of ours for these filters")) from None
    content = EventList(
        value=[event_resource(each) for each in page.events],
        read_back_to_date_time=page.read_back_to,
        next_link=with_range(call.next_link(page.next), query),
    )
    return Reply(content=content)
