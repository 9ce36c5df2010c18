"""GET events: hunting in the archive of events."""

import azure.functions as func

from functions.models.events import range_of
from functions.models.problems import FieldError
from functions.pages.answers import View
from functions.pages.event_forms import EventsPageParameters
from functions.pages.forms import NoForm
from functions.pages.page import page
from functions.pages.routes import EVENTS
from functions.pages.sentences import facts
from functions.pages.visits import Visit
from functions.problems import invalid
from shared.domain.activities import Activity
from shared.domain.events import Service
from shared.domain.streams import Stream
from shared.pipeline.activity.find_events import find_events, ids_of_app
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@page(blueprint, EVENTS)
async def show_events(visit: Visit[EventsPageParameters, NoForm], services: Services) -> View:
    asked = visit.parameters
    query = asked.query(await ids_of_app(services, asked.app_id), visit.now)
    try:
        found = await find_events(services, query, asked.top, asked.cursor)
    except ValueError:
        raise invalid(FieldError(field="cursor", message="is not one of ours for these filters")) from None
    values = {
        "found": [(each, facts(each.event)) for each in found.events],
        "asked": asked,
        "query": query,
        "read_back_to": found.read_back_to,
        "activities": sorted(Activity),
        "streams": list(Stream),
        "services": list(Service),
        "is_filtered": any(name not in {"cursor", "top"} for name, _ in visit.query),
        "archive_days": services.archive_days,
        "first": visit.link(cursor=None) if asked.cursor else None,
        "next": visit.link(cursor=found.next, **range_of(query)) if found.next else None,
    }
    return View(template="events.html", values=values)
