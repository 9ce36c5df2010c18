"""Counts what apps did, hour by hour: every hour that changed is counted anew from the archive, and replaced.

Nothing is ever added to what stands there, so a run may die anywhere and the next one repeats it harmlessly. A run
counts an hour once: the one that still goes on is counted again by the next run.
"""

import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from typing import Final

from shared.domain.archived_events import HourOfStream
from shared.domain.errors import Conflict, NotFound, Unavailable
from shared.domain.usage_counting import UsageCounter
from shared.pipeline.activity.changed_hours import WINDOW
from shared.pipeline.activity.compact_days import compact_day, day_note, is_complete, is_of_day
from shared.pipeline.claims import claimed
from shared.pipeline.detection.judge import resolved_by_aliases
from shared.pipeline.services import Services
from shared.pipeline.unforeseen import told

_CLAIM_NAME: Final = "rollUp"
_SLICE: Final = timedelta(minutes=4)
_CLAIM: Final = timedelta(minutes=10)
"""A slice and its last hour or day; the host ends a function then."""
_MOST_NOTES: Final = 2_000

_log = logging.getLogger(__name__)

type _Work = Callable[[HourOfStream], Awaitable[object]]


async def roll_up(services: Services, now: datetime, clock: Callable[[], float] = time.monotonic) -> None:
    """Changed hours, the oldest first, then the complete days that they belong to: about four minutes of ``clock``,
    which counts seconds. Raises Unavailable.
    """
    end = clock() + _SLICE.total_seconds()

    def has_time() -> bool:
        return clock() < end

    async with claimed(services.claims, _CLAIM_NAME, now, _CLAIM) as free:
        if not free:
            return
        noted = await services.changed_hours.first(_MOST_NOTES)
        hours = [each for each in noted if not is_of_day(each)]
        await _work_off(services, hours, lambda hour: _count_hour(services, hour, now), has_time)
        # Read again only now: a day is then made once, after its hours, and its note is the one they left.
        noted = await services.changed_hours.first(_MOST_NOTES)
        days = [each for each in noted if is_of_day(each) and is_complete(each.hour.date(), now)]
        await _work_off(services, days, lambda day: compact_day(services, day.hour.date(), now), has_time)


async def _work_off(
    services: Services, notes: Iterable[HourOfStream], work: _Work, has_time: Callable[[], bool]
) -> None:
    """One that fails keeps its note, and never keeps the others waiting."""
    for noted in notes:
        if not has_time():
            return
        try:
            await work(noted)
        except (Unavailable, Conflict):
            raise
        except NotFound as error:
            # A blob is gone for good: the hour stays as it was counted, and nothing waits for it.
            _log.error("an hour cannot be rolled up", extra={"source": noted.stream, "reason": told(error)})
        except Exception as error:
            _log.error("an hour was not rolled up", extra={"source": noted.stream, "reason": told(error)})
            continue
        await services.changed_hours.done(noted)


async def _count_hour(services: Services, noted: HourOfStream, now: datetime) -> None:
    """What is older than the window or the archive is left as it was counted."""
    kept = min(WINDOW, timedelta(days=services.archive_days - 1))
    if noted.hour < now - kept:
        return
    counter = UsageCounter()
    async for some in services.event_archive.of_hour(noted.stream, noted.hour):
        for event in await resolved_by_aliases(services, [archived.event for archived in some]):
            counter.add(event)
    await services.changed_hours.note([day_note(noted.hour)])
    await services.roll_ups.replace_hour(noted.stream, noted.hour, counter.uses())
    if counter.has_unknown and await _are_apps_unread(services):
        await services.changed_hours.note([noted])  # To be counted again, until the directory has told all its apps.


async def _are_apps_unread(services: Services) -> bool:
    if services.directory is None:
        return False
    return (await services.inventory_reads.state()).state.last_full_read is None
