"""Archived events by their own time: the ledger knows which chunk holds which hour.

An hour is read from its chunks, or from the one blob into which they were compacted. That blob counts only while it
holds exactly the chunks that the ledger names, so a chunk that comes late is never missed. The blobs of chunks stay:
evaluation reads them by the path in the ledger.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from azure.core.exceptions import ResourceNotFoundError

from shared.domain.archived_events import ArchivedEvent, LinesOfHour
from shared.domain.errors import NotFound, Unavailable
from shared.domain.ledger import Chunk
from shared.storage.archive import CONTAINER, pack
from shared.storage.archive_hours import CompactedHour, CompactedHours, Member
from shared.storage.archive_index import ChunkIndex
from shared.storage.archive_lines import ActivityFilter, activity_of, archived, lines_of_hour, with_path
from shared.storage.archive_purge import PurgedDays, remove_blobs
from shared.storage.connection import StorageConnection
from shared.storage.errors import translated
from shared.storage.ledger_ids import hour_text

_READ_AT_ONCE = 8
_HOURS_AHEAD = 8
_EVENTS_AHEAD = 20_000
"""Of hours that are held ahead, some 20 MB a stream: a busy hour is read alone."""


class _Hour(NamedTuple):
    """An hour to be read: from ``held`` if it was compacted. ``events`` is how many lines that makes, about."""

    name: str
    sequences: Sequence[int]
    held: CompactedHour | None
    events: int


class BlobEventArchive:
    def __init__(self, connection: StorageConnection, hours: CompactedHours | None = None) -> None:
        self._connection = connection
        self._index = ChunkIndex(connection)
        self._hours = hours or CompactedHours(connection)
        self._purged = PurgedDays(connection)

    async def of_hour(self, stream: str, hour: datetime) -> AsyncIterator[Sequence[ArchivedEvent]]:
        """All events of the hour in which that moment lies. Raises NotFound for a blob that ought to be there."""
        name = hour_text(hour)
        sequences = (await self._index.of_hours(stream, hour, hour)).get(name, ())
        if not sequences:
            return
        compacted = await self._hours.find(stream, name)
        if compacted is not None and compacted.sequences == tuple(sequences):
            has_begun = False
            try:
                async for events in self._hours.read(stream, compacted.path):
                    has_begun = True
                    yield events
            except ResourceNotFoundError as error:
                # Compacted again meanwhile, or purged. Who has some events already must not get them once more.
                if has_begun:
                    raise Unavailable("an hour of the archive was replaced while it was read") from error
            else:
                return
        async for events in self._of_chunks(stream, name, sequences):
            yield events

    async def lines(
        self, stream: str, first: datetime, last: datetime, activities: Collection[str]
    ) -> AsyncIterator[LinesOfHour]:
        """Hour by hour, some of them read ahead. An hour is told once all of it was read, so none is told twice."""
        wanted = ActivityFilter(activities)
        compacted = await self._hours.of_days(stream, first.date(), last.date())

        async def read(each: _Hour) -> LinesOfHour:
            if each.held is not None and each.events == 0:
                return _lines_of(each.name, each.held.count, [])
            if each.held is not None:
                try:
                    return _lines_of(each.name, *await self._hours.lines(each.held, wanted))
                except ResourceNotFoundError:
                    pass  # Compacted again meanwhile, or purged: the chunks know.
            return await self._lines_of_chunks(stream, each, wanted)

        kept = await self._first_kept(stream, first)
        hours = await self._index.of_hours(stream, first, last)
        planned = [_planned(name, sequences, compacted.get(name), wanted) for name, sequences in sorted(hours.items())]
        there = [each for each in planned if each.held is not None or each.sequences[-1] >= kept]
        async for found in _some_at_once(read, there, _HOURS_AHEAD, lambda each: each.events):
            yield found

    async def _lines_of_chunks(self, stream: str, hour: _Hour, wanted: ActivityFilter) -> LinesOfHour:
        async def read(chunk: Chunk) -> tuple[int, list[bytes]]:
            lines = await self._lines(chunk, hour.name)
            return len(lines), wanted.among(lines)

        looked_at, found = 0, list[bytes]()
        async for count, lines in _some_at_once(read, await self._index.chunks(stream, hour.sequences)):
            looked_at += count
            found += lines
        return _lines_of(hour.name, looked_at, found)

    async def _first_kept(self, stream: str, first: datetime) -> int:
        """The first chunk that a purge may have left: older ones, which the ledger still knows, are not asked for."""
        mark = await self._purged.mark()
        if mark is None or first.date() >= mark:
            return 0
        return await self._index.first_since(stream, datetime.combine(mark, time(), UTC))

    async def streams(self) -> tuple[str, ...]:
        return await self._index.streams()

    async def hours(self, stream: str, first: datetime, last: datetime) -> frozenset[datetime]:
        found = await self._index.of_hours(stream, first, last)
        return frozenset(map(_hour_of, found))

    async def compact(self, stream: str, day: date) -> int:
        first = datetime.combine(day, time(), UTC)
        hours = await self._index.of_hours(stream, first, first + timedelta(hours=23))
        compacted = await self._hours.of_day(stream, day)
        written = 0
        for hour, sequences in sorted(hours.items()):
            before = compacted.get(hour)
            if before is None or before.sequences != tuple(sequences):
                members = self._members(stream, hour, sequences)
                written += (await self._hours.replace(stream, hour, sequences, members, before)).count
        return written

    async def purge(self, before: date) -> int:
        await self._purged.move(before)
        removed = 0
        for stream in await self.streams():
            await self._hours.purge(stream, before)
            removed += await remove_blobs(self._connection, stream, before)
        return removed

    async def _of_chunks(
        self, stream: str, hour: str, sequences: Sequence[int]
    ) -> AsyncIterator[Sequence[ArchivedEvent]]:
        async def read(chunk: Chunk) -> list[ArchivedEvent]:
            lines = await self._lines(chunk, hour)
            return await asyncio.to_thread(archived, lines, stream, chunk.raw_path)

        async for events in _some_at_once(read, await self._index.chunks(stream, sequences)):
            if events:
                yield events

    async def _members(self, stream: str, hour: str, sequences: Sequence[int]) -> AsyncIterator[Member]:
        async def read(chunk: Chunk) -> Member:
            lines = await self._lines(chunk, hour)
            packed, _ = await asyncio.to_thread(pack, with_path(lines, chunk.raw_path))
            return Member(packed, len(lines), frozenset(map(activity_of, lines)))

        async for member in _some_at_once(read, await self._index.chunks(stream, sequences)):
            if member.count:
                yield member

    async def _lines(self, chunk: Chunk, hour: str) -> list[bytes]:
        """None of a chunk without events, and of one whose day was purged."""
        if not chunk.events_path:
            return []
        container = await self._connection.container(CONTAINER)
        try:
            with translated():
                download = await container.download_blob(chunk.events_path)
                packed = await download.readall()
        except ResourceNotFoundError as error:
            if await self._purged.contain(chunk.collected):
                return []
            raise NotFound(f"the archive lacks {chunk.events_path}") from error
        return await asyncio.to_thread(lines_of_hour, packed, chunk, hour)


def _lines_of(hour: str, looked_at: int, lines: list[bytes]) -> LinesOfHour:
    return LinesOfHour(hour=_hour_of(hour), looked_at=looked_at, lines=lines)


def _hour_of(name: str) -> datetime:
    return datetime.fromisoformat(name).replace(tzinfo=UTC)


def _planned(name: str, sequences: Sequence[int], held: CompactedHour | None, wanted: ActivityFilter) -> _Hour:
    if held is None or held.sequences != tuple(sequences):
        return _Hour(name, sequences, None, _EVENTS_AHEAD // _HOURS_AHEAD)
    is_wanted = held.activities is None or wanted.passes_any(held.activities)
    return _Hour(name, sequences, held, held.count if is_wanted else 0)


async def _some_at_once[T, R](
    work: Callable[[T], Awaitable[R]],
    items: Iterable[T],
    most: int = _READ_AT_ONCE,
    events_of: Callable[[T], int] = lambda _: 0,
) -> AsyncIterator[R]:
    """Results in the order of the items, of which so many are ahead, and no more events of them than are held ahead;
    whoever stops early ends the rest.
    """
    running: deque[tuple[asyncio.Future[R], int]] = deque()
    ahead = 0
    try:
        for item in items:
            events = events_of(item)
            while running and (len(running) == most or ahead + events > _EVENTS_AHEAD):
                future, passed = running.popleft()
                ahead -= passed
                yield await future
            running.append((asyncio.ensure_future(work(item)), events))
            ahead += events
        while running:
            yield await running.popleft()[0]
    finally:
        for future, _ in running:
            future.cancel()
        await asyncio.gather(*(future for future, _ in running), return_exceptions=True)
