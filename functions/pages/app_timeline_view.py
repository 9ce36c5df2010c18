"""The page of the life of an app, day by day."""

from collections.abc import Iterable
from datetime import UTC, date
from itertools import groupby

from functions.models.problems import FieldError
from functions.models.shapes import PageParameters
from functions.pages.answers import View
from functions.pages.forms import NoForm
from functions.pages.visits import Visit
from functions.problems import invalid
from shared.domain.timeline import TimelineEntry, TimelinePage
from shared.pipeline.inventory.app_list import find_app
from shared.pipeline.inventory.app_timeline import app_timeline
from shared.pipeline.services import Services


async def app_timeline_view(services: Services, visit: Visit[PageParameters, NoForm]) -> View:
    """Raises UnknownApp, and RequestRefused for a cursor that no page of this app gave."""
    asked = visit.parameters
    app = await find_app(services, visit.path["id"])
    found = await _timeline(services, app.app_id, asked)
    values = {
        "app": app,
        "days": by_day(found.entries),
        "first": visit.link(cursor=None) if asked.cursor else None,
        "next": visit.link(cursor=found.next) if found.next else None,
    }
    return View(template="app_timeline.html", values=values)


def by_day(entries: Iterable[TimelineEntry]) -> list[tuple[date, list[TimelineEntry]]]:
    """By the day in UTC, in their order."""
    return [(day, list(of_day)) for day, of_day in groupby(entries, lambda entry: entry.time.astimezone(UTC).date())]


async def _timeline(services: Services, app_id: str, asked: PageParameters) -> TimelinePage:
    try:
        return await app_timeline(services, app_id, asked.top, asked.cursor)
    except ValueError:
        raise invalid(FieldError(field="cursor", message="is not one of ours for this app")) from None
