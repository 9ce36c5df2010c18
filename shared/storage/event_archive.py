"""Archived events by their own time: the ledger knows which chunk holds which hour.

An hour is read from its chunks, or from the one blob into which they were compacted. That blob counts only while it
holds exactly the chunks that the ledger names, so a chunk that comes late is never missed. The blobs of chunks stay:
evaluation reads them by the path in the ledger.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta

from azure.core.exceptions import ResourceNotFoundError

from shared.domain.archived_events import ArchivedEvent, LinesOfHour
from shared.domain.errors import NotFound, Unavailable
from shared.domain.ledger import Chunk
from shared.storage.archive import CONTAINER, pack
from shared.storage.archive_hours import CompactedHours, Member
from shared.storage.archive_index import ChunkIndex
from shared.storage.archive_lines import ActivityFilter, archived, lines_of_hour, with_path
from shared.storage.archive_purge import PurgedDays, remove_blobs
from shared.storage.connection import StorageConnection
from shared.storage.errors import translated
from shared.storage.ledger_ids import hour_text

_READ_AT_ONCE = 8
_HOURS_AHEAD = 4


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

        async def read(each: tuple[str, Sequence[int]]) -> LinesOfHour:
            hour, sequences = each
            held = compacted.get(hour)
            if held is not None and held.sequences == tuple(sequences):
                try:
                    return _lines_of(hour, *await self._hours.lines(held.path, wanted))
                except ResourceNotFoundError:
                    pass  # Compacted again meanwhile, or purged: the chunks know.
            looked_at, lines = 0, list[bytes]()
            for chunk in await self._index.chunks(stream, sequences):
                in_chunk = await self._lines(chunk, hour)
                looked_at += len(in_chunk)
                lines += wanted.among(in_chunk)
            return _lines_of(hour, looked_at, lines)

        hours = await self._index.of_hours(stream, first, last)
        async for found in _some_at_once(read, sorted(hours.items()), _HOURS_AHEAD):
            yield found

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
            return Member(packed, len(lines))

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


async def _some_at_once[T, R](
    work: Callable[[T], Awaitable[R]], items: Iterable[T], most: int = _READ_AT_ONCE
) -> AsyncIterator[R]:
    """Results in the order of the items, of which so many are ahead; whoever stops early ends the rest."""
    running: deque[asyncio.Future[R]] = deque()
    try:
        for item in items:
            running.append(asyncio.ensure_future(work(item)))
            if len(running) == most:
                yield await running.popleft()
        while running:
            yield await running.popleft()
    finally:
        for future in running:
            future.cancel()
        await asyncio.gather(*running, return_exceptions=True)
