"""One run over the reports of use: where it stands, and what it changed that the list of apps must show."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from itertools import batched
from typing import Any

from msgspec.structs import replace

from shared.domain.apps import App
from shared.domain.errors import Conflict
from shared.domain.inventory_reads import PartState
from shared.domain.ledger import SourceHealth
from shared.domain.mirror import SLICES
from shared.domain.report_age import is_only_noted
from shared.domain.usage_reads import ReportRead, VersionedUsage
from shared.pipeline.inventory.listed_changes import ListedChanges
from shared.pipeline.inventory.ports import UsageReader
from shared.pipeline.inventory.report_silence import after_page, part_after, why_void
from shared.pipeline.inventory.services import InventoryServices
from shared.sources.sign_in_activity import uses_in, with_use, without_use

_BETWEEN_READS = timedelta(hours=6)
_MOST_AT_A_TIME = 1000
"""Apps that are read and saved together."""
_MOST_UNLISTED = 2000
"""Changed apps that are kept until the list shows them."""
_MOST_TRIES = 8

_log = logging.getLogger(__name__)


class UsageRun:
    """``state`` is what is stored; whoever else stores one makes the next step raise Conflict, which ends the run."""

    def __init__(self, services: InventoryServices, reader: UsageReader, now: datetime, stored: VersionedUsage) -> None:
        self.state = stored.state
        self._version = stored.version
        self._services = services
        self._reader = reader
        self._now = now
        self._unjudged: set[str] = set()
        # What a run changed that did not live to show it is known to the stored apps only.
        self._listed = ListedChanges(services, now, is_rebuilt=stored.state.list_is_stale)

    async def move(self, **changes: Any) -> None:
        """Store the state with these changes. Raises Conflict."""
        moved = replace(self.state, **changes)
        self._version = await self._services.usage_reads.move(moved, self._version)
        self.state = moved

    async def read(self, is_over: Callable[[], bool]) -> None:
        """Read the reports that are due, page by page, as far as the time allows."""
        while not is_over():
            if self.state.running is None:
                report = self.state.next_report(self._now)
                if report is None:
                    return
                await self.move(running=ReportRead(report=report, started=self._now))
            elif self.state.running.slice is None:
                await self._read_page(self.state.running)
            else:
                await self._sweep(self.state.running, self.state.running.slice)

    def has_failed(self, times: int) -> bool:
        """Whether the running report failed so often, at one page or by losing its links."""
        running = self.state.running
        return running is not None and max(self.state.attempts, running.restarts) >= times

    async def begin_anew(self, reason: str, not_before: datetime) -> None:
        """The running report from its first page, but not at once: a link may be lost each time."""
        running = self.state.running
        if running is not None:
            running = ReportRead(report=running.report, started=self._now, restarts=running.restarts + 1)
        await self.move(running=running, reason=reason, not_before=not_before, attempts=self.state.attempts + 1)

    async def give_up(self, health: SourceHealth, reason: str, due: datetime) -> None:
        """The running report cannot be read for now; the others can be."""
        running = self.state.running
        if running is not None:
            part = self.state.parts.get(running.report, PartState())
            parts = {**self.state.parts, running.report: replace(part, health=health, reason=reason[:500])}
            due_by_report = {**self.state.due, running.report: due}
            await self.move(running=None, parts=parts, due=due_by_report, attempts=0, not_before=None, reason=None)

    async def show_changes(self) -> None:
        """Bring the list of apps up to date, and have the changed ones judged."""
        if self.state.list_is_stale:
            await self._listed.show()
            await self.move(list_is_stale=False)
        for partition in sorted(self._unjudged):
            await self._services.queue.evaluate_apps(partition)

    async def _read_page(self, running: ReportRead) -> None:
        page = await self._reader.page(running.report, running.link)
        read = uses_in(running.report, page.objects)
        await self._save(read.uses, lambda app: with_use(app, read.uses[app.app_id]))
        following = replace(after_page(running, read, len(page.objects)), link=page.next_link)
        if page.next_link is None and why_void(following):
            await self._complete(following)
        else:
            name = SLICES[0] if page.next_link is None else None
            await self.move(running=replace(following, slice=name), attempts=0, not_before=None, reason=None)

    async def _sweep(self, running: ReportRead, name: str) -> None:
        """Only a complete report tells, by its silence, that an app was not used."""
        unread = frozenset(running.unread)
        apps = await self._services.apps.in_partition(name)
        unnamed = [
            app.app_id
            for app in apps
            if app.app_id not in unread and without_use(app, running.report, running.started) != app
        ]
        del apps
        await self._save(unnamed, lambda app: without_use(app, running.report, running.started))
        following = SLICES[SLICES.index(name) + 1 :]
        if following:
            await self.move(running=replace(running, slice=following[0]))
        else:
            await self._complete(running)

    async def _complete(self, running: ReportRead) -> None:
        await self.move(
            running=None,
            parts={**self.state.parts, running.report: part_after(running)},
            due={**self.state.due, running.report: running.started + _BETWEEN_READS},
            attempts=0,
            not_before=None,
            reason=None,
        )

    async def _save(self, app_ids: Iterable[str], changed: Callable[[App], App]) -> None:
        """Change those of the apps that are known."""
        for some in batched(app_ids, _MOST_AT_A_TIME, strict=False):
            await self._listed.keep(await self._save_some(some, changed))
            if len(self._listed) >= _MOST_UNLISTED:
                await self._listed.show()

    async def _save_some(self, app_ids: tuple[str, ...], changed: Callable[[App], App]) -> list[App]:
        """Returns those that the list has to show."""
        for _ in range(_MOST_TRIES):
            stored = await self._services.apps.versions(app_ids)
            both = [(app, after) for app, _ in stored.values() if (after := changed(app)) != app]
            if not both:
                return []
            apps = [after for _, after in both]
            shown = [after for app, after in both if not is_only_noted(app, after, self._now)]
            if shown and not self.state.list_is_stale:
                await self.move(list_is_stale=True)
            try:
                self._unjudged |= await self._services.apps.save(
                    apps, self._now, {app.app_id: stored[app.app_id][1] for app in apps}
                )
            except Conflict:
                continue
            return shown
        raise Conflict(f"apps were changed by others {_MOST_TRIES} times meanwhile")
