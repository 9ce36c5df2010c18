"""Once a day: what is usual for each app that was active on the last complete day.

An app that did nothing that day keeps its last baseline; the days it was silent count when it is active again.
"""

import asyncio
import logging
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from shared.domain.app_baselines import WINDOW_DAYS, AppBaseline, baseline_of
from shared.domain.passes import LATEST_ARRIVAL
from shared.pipeline.activity.services import ActivityServices

_DAY: Final = timedelta(days=1)
_AT_ONCE: Final = 8

_log = logging.getLogger(__name__)


async def build_baselines(services: ActivityServices, now: datetime) -> int:
    """Returns of how many apps. Builds none while hours or days before wait to be rolled up, as after a first reading:
    a baseline is never changed, and one that was built from half of the days would be wrong for good.
    """
    day = first_incomplete_day(now)
    waiting = await services.changed_hours.first(1)
    if waiting and waiting[0].hour < datetime.combine(day, time(), UTC):
        _log.warning("baselines wait for the roll-ups", extra={"hour": waiting[0].hour.isoformat()})
        return 0
    app_ids = await services.roll_ups.active_apps(day - _DAY)
    free = asyncio.Semaphore(_AT_ONCE)

    async def build(app_id: str, known: AppBaseline | None) -> None:
        async with free:
            days = await services.roll_ups.days(app_id, day - WINDOW_DAYS * _DAY, day)
            built = baseline_of(app_id, day, days, known.since if known else None)
            if built is not None:
                await services.baselines.save(built)

    known = await services.baselines.latest(app_ids, day - _DAY)
    outcomes = await asyncio.gather(*(build(each, known.get(each)) for each in app_ids), return_exceptions=True)
    for outcome in outcomes:
        if outcome is not None:
            raise outcome
    return len(app_ids)


def first_incomplete_day(now: datetime) -> date:
    """The first day (UTC) of which events may still come; a baseline rests on the days before."""
    return (now - LATEST_ARRIVAL).astimezone(UTC).date()
