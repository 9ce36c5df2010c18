"""Which hours must be rolled up again, because events of theirs have come."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from shared.domain.archived_events import HourOfStream
from shared.domain.events import Event
from shared.domain.usage_counting import acting_app
from shared.pipeline.activity.services import ActivityServices

WINDOW: Final = timedelta(days=40)
"""How old an event may be to be rolled up: a month of the longest first reading, and some days."""
_AHEAD: Final = timedelta(days=1)
"""Of our clock: what claims to be from later is no hour to wait for."""


def hour_of(time: datetime) -> datetime:
    return time.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


async def note_changed_hours(
    services: ActivityServices, stream: str, events: Iterable[Event], now: datetime, collected: datetime | None = None
) -> None:
    """Before the chunk of these events counts as evaluated, for after that nothing leads back to it.

    What has no time counts in the hour of its collection, as in the archive.
    """
    timed = ((event, event.time or collected) for event in events)
    hours = {hour_of(time) for event, time in timed if time is not None and _is_use(event, time, now)}
    if hours:
        await services.changed_hours.note([HourOfStream(stream=stream, hour=hour) for hour in sorted(hours)])


def _is_use(event: Event, time: datetime, now: datetime) -> bool:
    """An app that is known by an object id only counts too: until the hour is rolled up it may have its appId."""
    app = acting_app(event)
    return app is not None and app.key is not None and now - WINDOW <= time <= now + _AHEAD
