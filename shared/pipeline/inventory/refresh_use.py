"""Once a day: what each app did, from the roll-ups of complete days into the inventory.

Apps that were active lately are summed up anew, and so are those whose 30 days move on without them. Others cost
nothing, but that an app has made no request tells something of its permissions: so all that hold one for Microsoft
Graph are noted to be watched, each once a week, a few sixteenths of them a day.

An app says itself through which day it is summed up, so a run that died, or ran out of time, is taken up by the next.
"""

import logging
import time
from collections.abc import AsyncIterator, Callable, Iterable
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day
from itertools import batched
from typing import Final

from msgspec.structs import replace

from shared.domain.app_summaries import AppQuery, AppSort
from shared.domain.apps import App
from shared.domain.data_use import countries, data_use, first_day_to_read, users
from shared.domain.errors import Conflict
from shared.domain.ledger import SourceState
from shared.domain.microsoft import MICROSOFT_GRAPH
from shared.domain.mirror import SLICES
from shared.domain.permission_activity import PermissionActivity
from shared.domain.permission_paths.activity import permission_activity
from shared.domain.streams import Stream
from shared.domain.summarize import summary_of
from shared.pipeline.activity.compact_days import last_complete_day, waiting_before
from shared.pipeline.claims import claimed
from shared.pipeline.inventory.listed_changes import ListedChanges
from shared.pipeline.services import Services

_CLAIM: Final = timedelta(minutes=15)
_SLICE: Final = timedelta(minutes=8)
"""The platform ends a run after ten minutes."""
_DAYS_BACK: Final = (0, 1, 2, 7, 14, 21, 28, 35)
"""Records come up to a day late, and a run may have been missed. What came much later, as a first reading does, or
before its app was known, is met within a week.
"""
_AT_A_TIME: Final = 50
_MOST_LISTED: Final = 1000
_MOST_TRIES: Final = 8
_WEEK: Final = 7
_REQUESTS: Final = (Stream.GRAPH_ACTIVITY, Stream.GRAPH_ACTIVITY_LOGS)
"""Those that bring every request to Microsoft Graph."""

_log = logging.getLogger(__name__)


async def refresh_use(services: Services, now: datetime, clock: Callable[[], float] = time.monotonic) -> None:
    """Nothing, unless more than the directory's audits is collected, and while complete days wait to be rolled up, as
    after a first reading: an app is summed up once a day. Less than ten minutes of ``clock`` (seconds).
    """
    if not set(services.logs) - {Stream.DIRECTORY_AUDITS}:
        return
    if waiting := await waiting_before(services, last_complete_day(now) + timedelta(days=1)):
        _log.warning("use waits for the roll-ups", extra={"hour": waiting.isoformat()})
        return
    began = clock()
    async with claimed(services.claims, "use", now, _CLAIM) as free:
        if free:
            refresh = _Refresh(services, now, await _watched(services, now))
            try:
                await refresh.run(lambda: clock() - began >= _SLICE.total_seconds())
            finally:
                await refresh.show()


class _Refresh:
    """One run. ``watched`` says what of requests was collected; its ``through`` is the end of the last complete day."""

    def __init__(self, services: Services, now: datetime, watched: PermissionActivity) -> None:
        self._services = services
        self._now = now
        self._watched = watched
        self._through = (watched.through - timedelta(days=1)).date()
        self._listed = ListedChanges(services, now, is_rebuilt=False)
        self._unjudged: set[str] = set()

    async def run(self, is_over: Callable[[], bool]) -> None:
        async for app_ids in self._due():
            for some in batched(app_ids, _AT_A_TIME, strict=False):
                if is_over():
                    _log.warning("use is not summed up for all apps yet", extra={"through": self._through.isoformat()})
                    return
                await self._sum_up(some)
        await self._note_watched(is_over)

    async def show(self) -> None:
        """What was stored so far, also after a failure."""
        if len(self._listed):
            await self._listed.show()
        for partition in sorted(self._unjudged):
            await self._services.queue.evaluate_apps(partition)
        self._unjudged.clear()

    async def _due(self) -> AsyncIterator[Iterable[str]]:
        """An app may come twice: once it is summed up through the last day, it is passed over."""
        for ago in _DAYS_BACK:
            yield await self._services.roll_ups.active_apps(self._through - timedelta(days=ago))
        # Last the ones that did nothing that day, whose days of use fall out of the window one by one.
        query = AppQuery(include_microsoft=True, include_deleted=True, data_use_from=1, sort=AppSort.APP_ID)
        async for rows in self._services.app_list.batches(query, self._now):
            yield [row.app_id for row in rows]

    async def _sum_up(self, app_ids: tuple[str, ...]) -> None:
        for _ in range(_MOST_TRIES):
            stored = await self._services.apps.versions(app_ids)
            both = [(app, await self._with_use(app)) for app, _ in stored.values() if self._is_due(app)]
            if await self._save(both, {app_id: version for app_id, (_, version) in stored.items()}):
                return
        raise Conflict(f"apps were changed by others {_MOST_TRIES} times meanwhile")

    def _is_due(self, app: App) -> bool:
        return not app.data_use or app.data_use.through < self._through

    async def _with_use(self, app: App) -> App:
        start, end = first_day_to_read(self._through, app.data_use), self._through + timedelta(days=1)
        days = await self._services.roll_ups.days(app.app_id, start, end)
        held = app.permissions or ()
        return replace(
            app,
            data_use=data_use(days, self._through, app.data_use),
            permission_use=permission_activity(days, held, self._watched, app.permission_use),
            countries=countries(days, self._through),
            users_30d=users(days, self._through),
        )

    async def _note_watched(self, is_over: Callable[[], bool]) -> None:
        """That every request was collected, with the apps that made none."""
        if self._watched.since is None:
            return
        today = self._through.toordinal()
        for partition in (name for number, name in enumerate(SLICES) if (number - today) % _WEEK == 0):
            if is_over():
                return
            due = [app.app_id for app in await self._services.apps.in_partition(partition) if self._is_to_be_noted(app)]
            for some in batched(due, _MOST_LISTED, strict=False):
                stored = await self._services.apps.versions(some)
                both = [(app, self._noted(app)) for app, _ in stored.values()]
                # Where another writer came first, all wait for the next week.
                await self._save(both, {app_id: version for app_id, (_, version) in stored.items()})

    def _is_to_be_noted(self, app: App) -> bool:
        holds = any(held.resource_app_id == MICROSOFT_GRAPH for held in app.permissions or ())
        known = app.permission_use.through if app.permission_use else None
        return holds and app.deleted is None and (known is None or known < self._watched.through)

    def _noted(self, app: App) -> App:
        return replace(
            app, permission_use=permission_activity((), app.permissions or (), self._watched, app.permission_use)
        )

    async def _save(self, both: list[tuple[App, App]], versions: dict[str, str]) -> bool:
        """Whether nobody else changed any of them meanwhile."""
        apps = [after for app, after in both if after != app]
        if not apps:
            return True
        try:
            self._unjudged |= await self._services.apps.save(
                apps, self._now, {app.app_id: versions[app.app_id] for app in apps}
            )
        except Conflict:
            return False
        await self._listed.keep([after for app, after in both if self._looks_different(app, after)])
        if len(self._listed) >= _MOST_LISTED:
            await self._listed.show()
        return True

    def _looks_different(self, app: App, after: App) -> bool:
        return summary_of(app, self._now) != summary_of(after, self._now)


async def _watched(services: Services, now: datetime) -> PermissionActivity:
    """What is collected of requests, up to the end of the last complete day."""
    midnight = datetime.combine(last_complete_day(now) + timedelta(days=1), time_of_day(), UTC)
    on = [stream for stream in _REQUESTS if stream in services.logs]
    states = {state.source: state for state in await services.ledger.source_states()}
    for stream in on:
        state = states.get(stream)
        since = _collected_since(state) if state else None
        if state and since and state.read_until and state.read_until >= midnight and since < midnight:
            return PermissionActivity(through=midnight, since=since, streams=tuple(map(str, services.logs)))
    return PermissionActivity(through=midnight, streams=tuple(map(str, services.logs)))


def _collected_since(state: SourceState) -> datetime | None:
    """Since the first read began, or the end of the last gap. None where that is not known."""
    return max([state.since, *(gap.end for gap in state.gaps)]) if state.since else None
