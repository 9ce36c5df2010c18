"""Once a day: what each app did, from the roll-ups of complete days into the inventory.

Apps that were active lately are summed up anew, and so are those whose 30 days move on without them. Others are looked
at once a week, a few sixteenths of them a day: that an app has made no request tells something of its permissions for
Microsoft Graph, and the users who had consented to it 90 days ago may be other ones.

An app says itself through which day it is summed up, so a run that died, or ran out of time, is taken up by the next.
"""

import logging
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from datetime import datetime, timedelta
from itertools import batched
from typing import Final

from msgspec.structs import replace

from shared.domain.app_activity import WINDOW_DAYS, app_activity
from shared.domain.app_summaries import AppQuery, AppSort
from shared.domain.apps import App
from shared.domain.data_use import countries, data_use, first_day_to_read, users
from shared.domain.errors import Conflict
from shared.domain.known import UNKNOWN, Known
from shared.domain.ledger import SourceState
from shared.domain.microsoft import MICROSOFT_GRAPH
from shared.domain.mirror import SLICES
from shared.domain.permission_paths.activity import permission_activity
from shared.domain.streams import Stream
from shared.domain.summarize import summary_of
from shared.pipeline.activity.compact_days import last_complete_day, waiting_before
from shared.pipeline.claims import claimed
from shared.pipeline.inventory.collected_records import collected_days, watched
from shared.pipeline.inventory.earlier_consents import EarlierConsents
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

_log = logging.getLogger(__name__)


async def refresh_use(services: Services, now: datetime, clock: Callable[[], float] = time.monotonic) -> None:
    """Nothing while complete days wait to be rolled up, as after a first reading: an app is summed up once a day. Where
    no more than the directory's audits is collected, there is no use to be summed up, only consents to be compared.
    Less than ten minutes of ``clock`` (seconds).
    """
    if waiting := await waiting_before(services, last_complete_day(now) + timedelta(days=1)):
        _log.warning("use waits for the roll-ups", extra={"hour": waiting.isoformat()})
        return
    began = clock()
    async with claimed(services.claims, "use", now, _CLAIM) as free:
        if free:
            earlier = await EarlierConsents.as_of(services.history, now)
            states = {state.source: state for state in await services.ledger.source_states()}
            refresh = _Refresh(services, now, states, earlier)
            try:
                await refresh.run(lambda: clock() - began >= _SLICE.total_seconds())
            finally:
                await refresh.show()


class _Refresh:
    """One run, through the last complete day. ``states`` say what was collected, by stream."""

    def __init__(
        self, services: Services, now: datetime, states: Mapping[str, SourceState], earlier: EarlierConsents
    ) -> None:
        self._services = services
        self._now = now
        self._earlier = earlier
        self._through = last_complete_day(now)
        self._watched = watched(services.logs, states, self._through)
        self._collected = collected_days(services.logs, states, self._watched)
        self._listed = ListedChanges(services, now, is_rebuilt=False)
        self._unjudged: set[str] = set()

    async def run(self, is_over: Callable[[], bool]) -> None:
        async for app_ids in self._due():
            for some in batched(app_ids, _AT_A_TIME, strict=False):
                if is_over():
                    _log.warning("use is not summed up for all apps yet", extra={"through": self._through.isoformat()})
                    return
                await self._sum_up(some)
        await self._look_at_others(is_over)

    async def show(self) -> None:
        """What was stored so far, also after a failure."""
        if len(self._listed):
            await self._listed.show()
        for partition in sorted(self._unjudged):
            await self._services.queue.evaluate_apps(partition)
        self._unjudged.clear()

    async def _due(self) -> AsyncIterator[Iterable[str]]:
        """An app may come twice: once it is summed up through the last day, it is passed over."""
        if not set(self._services.logs) - {Stream.DIRECTORY_AUDITS}:
            return
        for ago in _DAYS_BACK:
            yield await self._services.roll_ups.active_apps(self._through - timedelta(days=ago))
        # Last the ones that did nothing that day, whose days of use fall out of the window one by one. What touched no
        # items is told by its sign-ins.
        with_items = AppQuery(include_microsoft=True, include_deleted=True, data_use_from=1, sort=AppSort.APP_ID)
        signed_in = AppQuery(used_after=self._now - timedelta(days=WINDOW_DAYS), sort=AppSort.APP_ID)
        for query in (with_items, signed_in):
            async for rows in self._services.app_list.batches(query, self._now):
                yield [row.app_id for row in rows]

    async def _sum_up(self, app_ids: tuple[str, ...]) -> None:
        for _ in range(_MOST_TRIES):
            stored = await self._services.apps.versions(app_ids)
            due = [app for app, _ in stored.values() if self._is_due(app)]
            before = await self._earlier.of(due)
            both = [(app, await self._with_use(app, before.get(app.app_id, UNKNOWN))) for app in due]
            if await self._save(both, {app_id: version for app_id, (_, version) in stored.items()}):
                return
        raise Conflict(f"apps were changed by others {_MOST_TRIES} times meanwhile")

    def _is_due(self, app: App) -> bool:
        return not app.data_use or app.data_use.through < self._through

    async def _with_use(self, app: App, consented_users_before: Known[int]) -> App:
        start, end = first_day_to_read(self._through, app.data_use), self._through + timedelta(days=1)
        days = await self._services.roll_ups.days(app.app_id, start, end)
        held = app.permissions or ()
        return replace(
            app,
            data_use=data_use(days, self._through, app.data_use),
            permission_use=permission_activity(days, held, self._watched, app.permission_use),
            countries=countries(days, self._through),
            users_30d=users(days, self._through),
            activity=app_activity(days, self._through, self._collected),
            consented_users_before=consented_users_before,
        )

    async def _look_at_others(self, is_over: Callable[[], bool]) -> None:
        """That every request was collected, with the apps that made none; how many users had consented to each."""
        today = self._through.toordinal()
        for partition in (name for number, name in enumerate(SLICES) if (number - today) % _WEEK == 0):
            if is_over():
                return
            apps = await self._services.apps.in_partition(partition)
            before = await self._earlier.of(apps)
            due = [app.app_id for app in apps if self._noted(app, before) != app]
            for some in batched(due, _MOST_LISTED, strict=False):
                stored = await self._services.apps.versions(some)
                both = [(app, self._noted(app, before)) for app, _ in stored.values()]
                # Where another writer came first, all wait for the next week.
                await self._save(both, {app_id: version for app_id, (_, version) in stored.items()})

    def _noted(self, app: App, before: Mapping[str, Known[int]]) -> App:
        noted = replace(app, consented_users_before=before.get(app.app_id, UNKNOWN))
        if not self._is_to_be_noted(app):
            return noted
        activity = permission_activity((), app.permissions or (), self._watched, app.permission_use)
        return replace(noted, permission_use=activity)

    def _is_to_be_noted(self, app: App) -> bool:
        if self._watched.since is None:
            return False
        holds = any(held.resource_app_id == MICROSOFT_GRAPH for held in app.permissions or ())
        known = app.permission_use.through if app.permission_use else None
        return holds and app.deleted is None and (known is None or known < self._watched.through)

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
