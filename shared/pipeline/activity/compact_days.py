"""From hours to days: once a day cannot change any more, or did all the same, it is made from its hours.

That a day must be made is noted as its last hour of a stream of no log, so that it stands behind all its hours.
"""

import asyncio
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from shared.domain.app_use import day_of
from shared.domain.archived_events import HourOfStream
from shared.domain.passes import LATEST_ARRIVAL
from shared.pipeline.activity.changed_hours import WINDOW
from shared.pipeline.activity.services import ActivityServices

WHOLE_DAY: Final = "wholeDay"
"""Sorts behind every stream."""
_LAST_HOUR: Final = 23
_HOURS_KEPT: Final = WINDOW + timedelta(days=1)
"""Longer than an hour may change, or a day would be made anew from some of its hours only."""
_DAYS_KEPT: Final = timedelta(days=400)
_BASELINES_KEPT: Final = timedelta(days=60)
_AT_ONCE: Final = 8


def day_note(hour: datetime) -> HourOfStream:
    return HourOfStream(stream=WHOLE_DAY, hour=hour.replace(hour=_LAST_HOUR))


def is_of_day(noted: HourOfStream) -> bool:
    return noted.stream == WHOLE_DAY


def is_complete(day: date, now: datetime) -> bool:
    """Whether what arrives in time for the deepest pass has been collected."""
    return datetime.combine(day + timedelta(days=1), time(), UTC) + LATEST_ARRIVAL <= now


def last_complete_day(now: datetime) -> date:
    return (now.astimezone(UTC) - LATEST_ARRIVAL).date() - timedelta(days=1)


async def waiting_before(services: ActivityServices, day: date) -> datetime | None:
    """The first hour before that day that waits to be rolled up, or its day to be made. None where all is counted."""
    waiting = await services.changed_hours.first(1)
    if waiting and waiting[0].hour < datetime.combine(day, time(), UTC):
        return waiting[0].hour
    return None


async def compact_day(services: ActivityServices, day: date, now: datetime) -> int:
    """Returns how many apps did anything that day. One of which hours may be purged already stays as it was made."""
    start, free = datetime.combine(day, time(), UTC), asyncio.Semaphore(_AT_ONCE)
    if start < now - _HOURS_KEPT:
        return 0

    async def compact(app_id: str) -> None:
        async with free:
            hours = await services.roll_ups.hours(app_id, start, start + timedelta(days=1))
            await services.roll_ups.replace_day(app_id, day_of(day, hours))

    app_ids = await services.roll_ups.active_apps(day)
    for outcome in await asyncio.gather(*map(compact, app_ids), return_exceptions=True):
        if outcome is not None:
            raise outcome
    return len(app_ids)


async def purge_activity(services: ActivityServices, now: datetime) -> int:
    """Returns how many rows of hours, days and baselines were removed."""
    rolled_up = await services.roll_ups.purge(now - _HOURS_KEPT, (now - _DAYS_KEPT).date())
    return rolled_up + await services.baselines.purge((now - _BASELINES_KEPT).date())
