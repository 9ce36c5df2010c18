"""One run over the directory: where it stands, and what it changed that the list of apps must show."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace

from shared.domain.directory import DirectoryKind, DirectoryObject, DirectoryPage
from shared.domain.errors import Conflict, DeltaExpired, NotLicensed, PermissionMissing
from shared.domain.inventory_reads import (
    CHANGE_KINDS,
    READ_FORM,
    REQUIRED,
    FullRead,
    ReadStage,
    VersionedState,
    is_whole,
    parts_after,
)
from shared.domain.ledger import SourceHealth
from shared.pipeline.inventory.first_sight import show_page
from shared.pipeline.inventory.follow_changes import Touched, take_in_changes
from shared.pipeline.inventory.listed_changes import ListedChanges
from shared.pipeline.inventory.ports import DirectoryReader
from shared.pipeline.inventory.read_directory import (
    after_failure,
    begin_read,
    begun_anew,
    read_page,
    read_slice,
)
from shared.pipeline.inventory.read_stages import StageReader
from shared.pipeline.inventory.rebuild_apps import Basis, KnownApis, Rebuilt, basis_of, rebuild_apps
from shared.pipeline.inventory.refresh_apps import reread_apps
from shared.pipeline.inventory.services import InventoryServices
from shared.pipeline.inventory.skipped_stages import reason_of
from shared.pipeline.inventory.sound_directory import SoundDirectory
from shared.pipeline.source_health import health_after

_BETWEEN_FULL_READS = timedelta(hours=24)
_WHILE_PARTS_ARE_MISSING = timedelta(hours=6)
"""Whoever grants a permission does not want to wait a day for what it brings."""
_MOST_WANTED = 200
"""Requests served at one tick."""


async def failure_of(step: Awaitable[None]) -> Exception | None:
    """Raises Conflict: then another run goes on with all of it."""
    try:
        await step
    except Conflict:
        raise
    except Exception as error:
        return error
    return None


class InventoryRun:
    """``state`` is what is stored; whoever else stores one makes the next step raise Conflict, which ends the run."""

    def __init__(
        self, services: InventoryServices, directory: DirectoryReader, now: datetime, stored: VersionedState
    ) -> None:
        self.state = stored.state
        self._version = stored.version
        self._services = services
        self._directory = SoundDirectory(directory)
        self._now = now
        self._reader = StageReader(services, self._directory)
        self._apis = KnownApis(services)
        self._is_behind = self._are_wanted = False
        # What changed before this run is known to the stored apps only.
        self._listed = ListedChanges(services, now, is_rebuilt=stored.state.list_is_stale)

    async def move(self, **changes: Any) -> None:
        """Store the state with these changes. Raises Conflict."""
        moved = replace(self.state, **changes)
        self._version = await self._services.inventory_reads.move(moved, self._version)
        self.state = moved

    async def note_success(self) -> None:
        """Not while a full read is stuck: that others go on does not mend it."""
        running = self.state.running
        if self._is_read_waiting() or (running is not None and running.failures):
            return
        if self.state.attempts or self.state.health is not SourceHealth.OK:
            await self.move(attempts=0, not_before=None, read_not_before=None, health=SourceHealth.OK, reason=None)

    async def note_failure(self, health: SourceHealth, reason: str, **waits: datetime) -> None:
        """``waits`` are the moments of the state before which something is not tried again."""
        await self.move(attempts=self.state.attempts + 1, health=health, reason=reason[:500], **waits)

    async def read_whole(self, is_over: Callable[[], bool]) -> None:
        """Begin a full read if one is due, and go on with it as far as the time allows."""
        if self._is_read_waiting():
            return
        if (running := self.state.running) is not None and running.form < READ_FORM:
            await self.move(running=begun_anew(running, self._now))
        if self.state.running is None and self._is_full_read_due():
            await self.move(running=await begin_read(self._directory, self.state, self._now), full_read_wanted=False)
        while (running := self.state.running) is not None and not is_over():
            if failure := await failure_of(self._read_on(running)):
                following = after_failure(running, failure, self._now)
                if running.stage.value not in following.skipped:
                    await self.move(running=following)
                    raise failure
                await self._take_in(running, following, ())
            if (now := self.state.running) is not None and now.restarts > running.restarts:
                return  # Not at once: a link that is lost each time would call without end.

    async def follow(self, is_over: Callable[[], bool]) -> None:
        """Take in what was asked for, and what changed since. What fails holds up nothing else; raises the first."""
        if not self.state.reads:
            return
        self._is_behind = self._are_wanted = False
        failures = [await failure_of(self._serve_requests())]
        failures += [await failure_of(self._follow(kind, is_over)) for kind in CHANGE_KINDS]
        if self._are_wanted and not any(failures):
            await self._serve_requests()
        for failure in filter(None, failures):
            raise failure
        if not self._is_behind:
            await self.move(last_complete_read=self._now)

    async def show_changes(self) -> None:
        """Bring the list of apps up to date. A run that dies before leaves a list that is known to be stale."""
        if self.state.reads and not self.state.list_is_stale and not await self._services.app_list.exists():
            self._listed.rebuild()  # A version before kept it elsewhere.
            await self.move(list_is_stale=True)
        if not self.state.list_is_stale:
            return
        await self._listed.show()
        await self.move(list_is_stale=False)

    def _is_read_waiting(self) -> bool:
        return self.state.read_not_before is not None and self.state.read_not_before > self._now

    async def _read_on(self, running: FullRead) -> None:
        if running.stage is not running.stage.APPS:
            step = await read_page(self._reader, running)
            await self._take_in(running, step.read, step.halves)
        elif (following := await read_slice(self._services, running, self._basis())) is not None:
            await self.move(running=following)
        else:
            await self._complete(running)

    async def _follow(self, kind: DirectoryKind, is_over: Callable[[], bool]) -> None:
        try:
            await self._follow_links(kind, is_over)
        except (PermissionMissing, NotLicensed) as error:
            if ReadStage(kind.value) in REQUIRED:
                raise
            await self._note_lost(kind, error)
        except DeltaExpired:
            self._is_behind = True
            await self._want_full_read()

    async def _follow_links(self, kind: DirectoryKind, is_over: Callable[[], bool]) -> None:
        """A kind that may not be read has no link."""
        read = self.state.running.number if self.state.running else self.state.reads
        is_last = kind.value not in self.state.links
        while not is_last:
            if is_over():
                self._is_behind = True
                return
            page = await self._directory.changes(self.state.links[kind])
            touched = await take_in_changes(self._services, self._directory, kind, page.objects, read)
            await self._take_up(touched)
            is_last = page.next_link is None
            await self._move_on(kind.value, page, touched)

    async def _note_lost(self, kind: DirectoryKind, error: Exception) -> None:
        """The part says so until a full read reads it again."""
        part = self.state.parts.get(kind.value)
        if part is not None and part.health is SourceHealth.OK:
            lost = replace(part, health=health_after(error), reason=reason_of(error)[:500])
            await self.move(parts={**self.state.parts, kind.value: lost})

    async def _want_full_read(self) -> None:
        """One that runs already reads what was missed."""
        if self.state.running is None:
            await self.move(full_read_wanted=True)

    def _is_full_read_due(self) -> bool:
        last = self.state.last_full_read
        patience = _BETWEEN_FULL_READS if is_whole(self.state) else _WHILE_PARTS_ARE_MISSING
        is_upgraded = not self.state.parts  # Read by a version that knew fewer parts, and listed in another form.
        return self.state.full_read_wanted or last is None or is_upgraded or self._now - last >= patience

    async def _take_in(self, running: FullRead, following: FullRead, halves: tuple[DirectoryObject, ...]) -> None:
        """Move on. Of the very first read each page of apps is shown; a later one has all of them to show."""
        if halves and self.state.reads == 0:
            kind = DirectoryKind(running.stage.value)
            await self._listed.keep((await show_page(self._services, kind, halves, self._basis())).apps)
            return await self.move(running=following, list_is_stale=True)
        if following.stage is not following.stage.APPS:
            return await self.move(running=following)
        self._listed.rebuild()
        self._apis = KnownApis(self._services)  # Those of before were without the roles that the read brought.
        return await self.move(running=following, list_is_stale=True)

    async def _complete(self, read: FullRead) -> None:
        self._listed.rebuild()
        await self.move(
            reads=read.number,
            running=None,
            links=dict(read.links),
            last_full_read=read.started,
            last_complete_read=max(read.started, self.state.last_complete_read or read.started),
            read_not_before=None,
            list_is_stale=True,
            parts=parts_after(read, self.state.parts),
        )
        await self._hint(await self._services.apps.all_unjudged())

    async def _move_on(self, kind: str, page: DirectoryPage, touched: Touched) -> None:
        link = page.next_link or page.delta_link or self.state.links[kind]
        changes: dict[str, Any] = {"list_is_stale": True} if touched.apps else {}
        if touched.needs_full_read and self.state.running is None:
            changes["full_read_wanted"] = True
        if changes or link != self.state.links[kind]:
            await self.move(links={**self.state.links, kind: link}, **changes)

    async def _take_up(self, touched: Touched) -> None:
        if touched.want:
            await self._services.app_requests.want(sorted(touched.want))
            self._are_wanted = True
        if touched.apps:
            await self._note(await rebuild_apps(self._services, touched.apps, self._basis(), touched.answers))

    async def _serve_requests(self) -> None:
        requests = await self._services.app_requests.wanted(_MOST_WANTED)
        if requests:
            await self._note(await reread_apps(self._services, list(requests), self._now))
            await self.move(list_is_stale=True)
            await self._services.app_requests.done(requests)

    async def _note(self, rebuilt: Rebuilt) -> None:
        await self._listed.keep(rebuilt.apps)
        await self._hint(rebuilt.unjudged)

    def _basis(self) -> Basis:
        return basis_of(self.state, self._apis, self._now)

    async def _hint(self, partitions: Iterable[str]) -> None:
        for partition in sorted(partitions):
            await self._services.queue.evaluate_apps(partition)
