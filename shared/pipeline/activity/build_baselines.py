"""Once a day: what is usual for each app that was active on the last complete day.

An app that did nothing that day keeps its last baseline; the days it was silent count when it is active again.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import batched, starmap
from typing import Final

from shared.domain.app_baselines import WINDOW_DAYS, AppBaseline, baseline_of
from shared.domain.passes import LATEST_ARRIVAL
from shared.pipeline.activity.compact_days import waiting_before
from shared.pipeline.activity.services import ActivityServices

_DAY: Final = timedelta(days=1)
_AT_ONCE: Final = 8
_AT_A_TIME: Final = 200
"""Apps, with a baseline each in memory: some hundred kilobytes at the very most."""
_SLICE: Final = timedelta(minutes=8)
"""The platform ends a run after ten minutes."""

_log = logging.getLogger(__name__)


async def build_baselines(
    services: ActivityServices, now: datetime, clock: Callable[[], float] = time.monotonic
) -> int:
    """Returns how many. Builds none while hours or days before wait to be rolled up, as after a first reading: a
    baseline is never changed, and one that was built from half of the days would be wrong for good. About eight
    minutes of ``clock``, which counts seconds; the next run goes on with those that are not built yet.
    """
    day = first_incomplete_day(now)
    if waiting := await waiting_before(services, day):
        _log.warning("baselines wait for the roll-ups", extra={"hour": waiting.isoformat()})
        return 0
    end, built = clock() + _SLICE.total_seconds(), 0
    for app_ids in batched(await services.roll_ups.active_apps(day - _DAY), _AT_A_TIME, strict=False):
        if clock() >= end:
            _log.warning("baselines are not built for all apps yet", extra={"day": day.isoformat()})
            return built
        built += await _build(services, app_ids, day)
    return built


async def _build(services: ActivityServices, app_ids: Sequence[str], day: date) -> int:
    """Of those without one of that day."""
    free = asyncio.Semaphore(_AT_ONCE)

    async def build(app_id: str, known: AppBaseline | None) -> None:
        async with free:
            days = await services.roll_ups.days(app_id, day - WINDOW_DAYS * _DAY, day)
            built = baseline_of(app_id, day, days, known.since if known else None)
            if built is not None:
                await services.baselines.save(built)

    latest = await services.baselines.latest(app_ids, day)
    due = {app_id: latest.get(app_id) for app_id in app_ids}
    due = {app_id: known for app_id, known in due.items() if known is None or known.day < day}
    for outcome in await asyncio.gather(*starmap(build, due.items()), return_exceptions=True):
        if outcome is not None:
            raise outcome
    return len(due)


def first_incomplete_day(now: datetime) -> date:
    """The first day (UTC) of which events may still come; a baseline rests on the days before."""
    return (now - LATEST_ARRIVAL).astimezone(UTC).date()
