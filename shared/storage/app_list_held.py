"""The list as this host holds it, brought up to what the pointer says before anybody reads."""

import asyncio
import logging
from time import monotonic

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
    """Readers wait for a base of at most ``waited_for`` apps; a larger one is fetched while they read the list before.

    For that one they wait only if this host last knew its list to be the current one ``most_age`` seconds ago: one that
    was idle would show a list as old as it slept.
    """

    def __init__(self, blobs: ListBlobs, files: ListFiles, waited_for: int, most_age: float) -> None:
        self._blobs = blobs
        self._files = files
        self._waited_for = waited_for
        self._most_age = most_age
        self._held: Held | None = None
        self._was_current = monotonic()
        self._taking_in = asyncio.Lock()
        self._fetching: asyncio.Task[None] | None = None

    async def current(self, *, wait: bool = False) -> Held:
        """One request without content where nothing changed, as mostly. Raises NewerSchema.

        ``wait`` for a larger base too: for what is kept, and for what is written on the ground of the list.
        """
        for _ in range(_MOST_TRIES):
            held, fetching = await self._as_of_now()
            if fetching is None or not (wait or monotonic() - self._was_current > self._most_age):
                return held
            # Without the lock, so that others go on reading, and not ended with one who waits.
            await asyncio.shield(fetching)
        raise _too_fast()

    async def adopt(self, file: ListFile, shown: VersionedPointer) -> None:
        """What this host wrote itself it need not fetch."""
        async with self._taking_in:
            self._hold(Held(file, shown.pointer, shown.etag), monotonic())

    def _hold(self, held: Held, since: float) -> None:
        self._held, self._was_current = held, since

    async def _as_of_now(self) -> tuple[Held, asyncio.Task[None] | None]:
        """The list held, and what fetches a newer one, if there is one."""
        held, asked = self._held, monotonic()
        if held is not None and await self._news(held) is None:
            if self._held is held:
                self._was_current = asked
            return held, None
        async with self._taking_in:
            return await self._take_in()

    async def _news(self, held: Held | None) -> VersionedPointer | None:
        """The pointer, None if ``held`` is of that one."""
        try:
            return await self._blobs.pointer(held.etag if held else None)
        except NotFound:
            return None if held and held.etag is None else _NOTHING

    async def _take_in(self) -> tuple[Held, asyncio.Task[None] | None]:
        """Asks again, since whoever had the lock before may have taken in the same."""
        for _ in range(_MOST_TRIES):
            held, asked = self._held, monotonic()
            found = await self._news(held)
            if held is not None and found is None:
                self._hold(held, asked)
                return held, None
            try:
                shown = await self._shown(held, found or _NOTHING)
            except NotFound:
                continue  # Several new bases came while this one was on its way: it is dropped already.
            if shown is not None:
                self._hold(shown, asked)
                return shown, None
            if held is not None:
                return held, self._fetching
        raise _too_fast()

    async def _shown(self, held: Held | None, found: VersionedPointer) -> Held | None:
        """None where it is being fetched, and ``held`` is to be read meanwhile."""
        if held is not None and _is_laid_over(held.pointer, found.pointer):
            await asyncio.to_thread(held.file.lay, changed_since(held.pointer, found.pointer))
            return Held(held.file, found.pointer, found.etag)
        if held is None or held.etag is None or found.pointer.apps <= self._waited_for:
            return await self._fetched(found)
        if self._fetching is None or self._fetching.done():
            self._fetching = asyncio.create_task(self._replace(held, found, monotonic()))
        return None

    async def _replace(self, held: Held, found: VersionedPointer, asked: float) -> None:
        try:
            fetched = await self._fetched(found)
        except (NotFound, Unavailable) as error:
            _log.warning("A new list of apps could not be fetched; the next reader begins anew: %s", error)
            return
        if self._held is held:
            self._hold(fetched, asked)

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


def _too_fast() -> Unavailable:
    return Unavailable("the list of apps changes faster than it can be read")


def changed_since(before: Pointer, now: Pointer) -> tuple[ListedApp, ...]:
    """The rows that ``now`` tells otherwise, or more."""
    known = _by_app_id(before)
    return tuple(app for app in now.changed if known.get(app.row.app_id) != app)


def _is_laid_over(before: Pointer, now: Pointer) -> bool:
    """Whether a file of ``before`` shows ``now`` once the changes are laid over it."""
    return before.base == now.base and _by_app_id(before).keys() <= _by_app_id(now).keys()


def _by_app_id(pointer: Pointer) -> dict[str, ListedApp]:
    return {app.row.app_id: app for app in pointer.changed}
