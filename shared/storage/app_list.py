"""The list of apps: a SQLite file as a blob, and a small blob that points to it and holds what changed since.

A Table has no index to filter and sort by, so each host keeps the whole list in a file of its own. A reader asks for
the pointer, which mostly answers that nothing changed. Changed rows are laid over the host's file. A new base is
fetched beside the old one and takes its place when it is whole.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import datetime

from msgspec.structs import replace

from shared.domain.app_summaries import AppCounts, AppPage, AppQuery, AppSummary
from shared.domain.errors import Conflict, NotFound
from shared.storage.app_list_blobs import ListBlobs, Pointer, VersionedPointer
from shared.storage.app_list_counts import counts
from shared.storage.app_list_file import ListFile, ListFiles
from shared.storage.app_list_held import Held, HeldList, changed_since
from shared.storage.app_list_pages import page, walk
from shared.storage.app_list_query import place_in
from shared.storage.app_list_rebuild import build_anew
from shared.storage.app_list_rows import ListedApp, listed_apps, owned_by, rows_of
from shared.storage.apps import TableApps
from shared.storage.connection import StorageConnection

_MOST_CHANGED = 2000
"""Rows beside a base. With more, each change would carry them all once more: it writes a new base instead."""
_WAITED_FOR = 5000
"""Apps of a base that is fetched in under a second."""
_MOST_AGE = 60.0
"""Seconds that readers may lag behind while a larger one is fetched."""
_MOST_TRIES = 5


class BlobAppList:
    """``apps`` are what the list is made of anew. Use it within one event loop."""

    def __init__(
        self,
        connection: StorageConnection,
        apps: TableApps,
        most_changed: int = _MOST_CHANGED,
        waited_for: int = _WAITED_FOR,
        most_age: float = _MOST_AGE,
    ) -> None:
        self.files = ListFiles()
        self.blobs = ListBlobs(connection, self.files)
        self._held = HeldList(self.blobs, self.files, waited_for, most_age)
        self._apps = apps
        self._most_changed = most_changed

    async def page(self, query: AppQuery, top: int, after: str | None, now: datetime) -> AppPage:
        place = place_in(after, query) if after is not None else None
        file = (await self._held.current()).file
        return await asyncio.to_thread(file.read, lambda state: page(state, query, top, place, now))

    async def counts(self, query: AppQuery, now: datetime) -> AppCounts:
        file = (await self._held.current()).file
        return await asyncio.to_thread(file.read, lambda state: counts(state, query, now))

    async def batches(self, query: AppQuery, now: datetime) -> AsyncIterator[tuple[AppSummary, ...]]:
        """What is kept of it is told as the list of now, so this one waits."""
        with (await self._held.current(wait=True)).file.reading() as state:
            found = walk(state, query, now)
            while batch := await asyncio.to_thread(next, found, ()):
                yield batch

    async def rows(self, app_ids: Sequence[str]) -> dict[str, AppSummary]:
        file = (await self._held.current()).file
        return await asyncio.to_thread(file.read, lambda state: rows_of(state, app_ids))

    async def owned_by(self, principal_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        file = (await self._held.current()).file
        return await asyncio.to_thread(file.read, lambda state: owned_by(state, principal_ids))

    async def current(self) -> ListFile | None:
        """The file as of now, None before there is a list. Whoever holds it may finish reading it.

        It is waited for, however long it takes to fetch.
        """
        held = await self._held.current(wait=True)
        return held.file if held.etag is not None else None

    async def exists(self) -> bool:
        return (await self._held.current()).pointer.base is not None

    async def update(self, changed: Sequence[AppSummary], owners: dict[str, tuple[str, ...]]) -> None:
        wanted = {row.app_id: ListedApp(row, tuple(sorted(set(owners.get(row.app_id, ()))))) for row in changed}
        held = await self._held.current(wait=True)
        listed = await asyncio.to_thread(held.file.read, lambda state: listed_apps(state, wanted))
        differing = {app_id: app for app_id, app in wanted.items() if _says_more(app, listed.get(app_id))}
        if not differing:
            return
        every = {app.row.app_id: app for app in held.pointer.changed} | differing
        if len(every) <= self._most_changed:
            await self.blobs.point(Pointer(held.pointer.base, held.pointer.apps, tuple(every.values())), held.etag)
        else:
            await self._write_base(held, list(differing.values()))

    async def rebuild(self, now: datetime) -> None:
        """Changes that others write meanwhile stay beside the new base. Raises Conflict if they wrote another base."""
        before = await self._held.current(wait=True)
        path = self.files.new_path()
        await build_anew(path, self._apps, now)
        await self._point_at(await asyncio.to_thread(ListFile, path), before, keeps_changes=True)

    async def _write_base(self, before: Held, differing: list[ListedApp]) -> None:
        path = self.files.new_path()
        await asyncio.to_thread(before.file.copy, path)
        file = await asyncio.to_thread(ListFile, path)
        await asyncio.to_thread(file.lay, differing)
        await self._point_at(file, before, keeps_changes=False)

    async def _point_at(self, file: ListFile, before: Held, *, keeps_changes: bool) -> None:
        """``file`` is nobody else's yet, so all of it is in its path."""
        base = Pointer(await self.blobs.add_base(file.path), await asyncio.to_thread(file.count))
        written = await self._pointed(base, before.pointer, keeps_changes=keeps_changes)
        await asyncio.to_thread(file.lay, written.pointer.changed)
        await self._held.adopt(file, written)
        await self.blobs.drop_bases(written.pointer)
        if before.pointer.base is None:
            await self.blobs.drop_former_list()

    async def _pointed(self, base: Pointer, before: Pointer, *, keeps_changes: bool) -> VersionedPointer:
        for _ in range(_MOST_TRIES):
            found = await self._pointer()
            if found.pointer.base == base.base:
                return found  # An answer was lost, and the request that was repeated met what the first had written.
            later = changed_since(before, found.pointer)
            if found.pointer.base != before.base or (later and not keeps_changes):
                await self.blobs.drop(base)
                break
            pointer = replace(base, changed=later)
            with suppress(Conflict):
                return VersionedPointer(pointer, await self.blobs.point(pointer, found.etag))
        # If it only was too busy, the base may be the current one after all, and stays until newer ones drop it.
        raise Conflict("another host wrote the list of apps meanwhile")

    async def _pointer(self) -> VersionedPointer:
        with suppress(NotFound):
            if found := await self.blobs.pointer(None):
                return found
        return VersionedPointer(Pointer(), None)


def _says_more(app: ListedApp, listed: ListedApp | None) -> bool:
    """That it was judged again, to the same end, is not worth a write."""
    return listed is None or app != replace(listed, row=replace(listed.row, judged=app.row.judged))
