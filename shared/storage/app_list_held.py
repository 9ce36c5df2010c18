"""The list as this host holds it, brought up to what the pointer says before anybody reads."""

import asyncio
import logging

from msgspec import Struct

from shared.domain.errors import NotFound, Unavailable
from shared.storage.app_list_blobs import ListBlobs, Pointer, VersionedPointer
from shared.storage.app_list_file import ListFile, ListFiles, build
from shared.storage.app_list_rows import ListedApp

_MOST_TRIES = 5
_NOTHING = VersionedPointer(Pointer(), None)

_log = logging.getLogger(__name__)


class Held(Struct, frozen=True):
    """``etag`` is that of the pointer whose state the file shows; None: there was none."""

    file: ListFile
    pointer: Pointer
    etag: str | None


class HeldList:
    """A reader waits for a base of at most ``waited_for`` apps; of a larger one it reads the list before meanwhile."""

    def __init__(self, blobs: ListBlobs, files: ListFiles, waited_for: int) -> None:
        self._blobs = blobs
        self._files = files
        self._waited_for = waited_for
        self._held: Held | None = None
        self._taking_in = asyncio.Lock()
        self._fetching: asyncio.Task[None] | None = None

    async def current(self) -> Held:
        """One request without content where nothing changed, as mostly. Raises NewerSchema."""
        held = self._held
        if held is not None and await self._news(held) is None:
            return held
        async with self._taking_in:
            return await self._take_in()

    async def adopt(self, file: ListFile, shown: VersionedPointer) -> None:
        """What this host wrote itself it need not fetch."""
        async with self._taking_in:
            self._held = Held(file, shown.pointer, shown.etag)

    async def _news(self, held: Held | None) -> VersionedPointer | None:
        """The pointer, None if ``held`` is of that one."""
        try:
            return await self._blobs.pointer(held.etag if held else None)
        except NotFound:
            return None if held and held.etag is None else _NOTHING

    async def _take_in(self) -> Held:
        """Asks again, since whoever had the lock before may have taken in the same."""
        for _ in range(_MOST_TRIES):
            held = self._held
            found = await self._news(held)
            if held is not None and found is None:
                return held
            try:
                self._held = await self._shown(held, found or _NOTHING)
            except NotFound:
                continue  # Several new bases came while this one was on its way: it is dropped already.
            return self._held
        raise Unavailable("the list of apps changes faster than it can be read")

    async def _shown(self, held: Held | None, found: VersionedPointer) -> Held:
        if held is not None and _is_laid_over(held.pointer, found.pointer):
            await asyncio.to_thread(held.file.lay, changed_since(held.pointer, found.pointer))
            return Held(held.file, found.pointer, found.etag)
        if held is None or held.etag is None or found.pointer.apps <= self._waited_for:
            return await self._fetched(found)
        if self._fetching is None or self._fetching.done():
            self._fetching = asyncio.create_task(self._replace(held, found))
        return held

    async def _replace(self, held: Held, found: VersionedPointer) -> None:
        try:
            fetched = await self._fetched(found)
        except (NotFound, Unavailable) as error:
            _log.warning("A new list of apps could not be fetched; the next reader begins anew: %s", error)
            return
        if self._held is held:
            self._held = fetched

    async def _fetched(self, found: VersionedPointer) -> Held:
        base = found.pointer.base
        if base is None:
            path = self._files.new_path()
            await asyncio.to_thread(build, path, ())
        else:
            path = await self._blobs.download(base)
        file = await asyncio.to_thread(ListFile, path)
        await asyncio.to_thread(file.lay, found.pointer.changed)
        return Held(file, found.pointer, found.etag)


def changed_since(before: Pointer, now: Pointer) -> tuple[ListedApp, ...]:
    """The rows that ``now`` tells otherwise, or more."""
    known = _by_app_id(before)
    return tuple(app for app in now.changed if known.get(app.row.app_id) != app)


def _is_laid_over(before: Pointer, now: Pointer) -> bool:
    """Whether a file of ``before`` shows ``now`` once the changes are laid over it."""
    return before.base == now.base and _by_app_id(before).keys() <= _by_app_id(now).keys()


def _by_app_id(pointer: Pointer) -> dict[str, ListedApp]:
    return {app.row.app_id: app for app in pointer.changed}
