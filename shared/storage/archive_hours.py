"""Hours of the archive as one blob each, and the row that says which chunks a blob holds.

The blob's path holds a digest of those sequences, so two compactions of the same chunks write the same blob, and one
of other chunks another. The row is replaced after its blob is there, and the blob before goes last.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import date

from azure.core.exceptions import ResourceExistsError, ResourceNotFoundError
from msgspec import Struct

from shared.domain.archived_events import ArchivedEvent
from shared.storage.archive import CONTAINER, EVENTS
from shared.storage.archive_lines import ActivityFilter, Unpacker, archived_with_path
from shared.storage.connection import StorageConnection
from shared.storage.errors import translated
from shared.storage.filters import Filter
from shared.storage.keys import end_of, key
from shared.storage.rows import make_row, read_body
from shared.storage.table import Table

_PIECE_BYTES = 256 * 1024
"""Of compressed text, which unpacks to some thousand events."""


class CompactedHour(Struct, frozen=True, kw_only=True):
    """``activities`` are those of its events: who looks for others need not read the blob. None: nobody noted them."""

    path: str
    count: int
    bytes: int
    sequences: tuple[int, ...]
    activities: tuple[str, ...] | None = None


class Member(Struct, frozen=True):
    """The events of one chunk, packed."""

    packed: bytes
    count: int
    activities: frozenset[bytes]


class CompactedHours:
    def __init__(self, connection: StorageConnection) -> None:
        self._connection = connection

    async def find(self, stream: str, hour: str) -> CompactedHour | None:
        row = await (await self._table()).get(key(stream), hour)
        return None if row is None else read_body(row, CompactedHour)

    async def of_day(self, stream: str, day: date) -> dict[str, CompactedHour]:
        return await self.of_days(stream, day, day)

    async def of_days(self, stream: str, first: date, last: date) -> dict[str, CompactedHour]:
        where = Filter.partition(key(stream), first.isoformat(), end_of(last.isoformat()))
        return {row["RowKey"]: read_body(row, CompactedHour) async for row in (await self._table()).query(where)}

    async def read(self, stream: str, path: str) -> AsyncIterator[Sequence[ArchivedEvent]]:
        """Raises ResourceNotFoundError where the blob is not there, or no longer while it is read."""
        unpacker = Unpacker()
        async for piece in self._pieces(path):
            yield await asyncio.to_thread(_events_in, unpacker, piece, stream)

    async def lines(self, hour: CompactedHour, wanted: ActivityFilter) -> tuple[int, list[bytes]]:
        """How many there are, and those that are wanted. Raises ResourceNotFoundError."""
        unpacker = Unpacker()
        looked_at, found = 0, list[bytes]()
        are_all_wanted = hour.activities is not None and wanted.passes_all(hour.activities)
        async for piece in self._pieces(hour.path):
            seen, kept = await asyncio.to_thread(_lines_in, unpacker, piece, None if are_all_wanted else wanted)
            looked_at += seen
            found += kept
        return looked_at, found

    async def replace(
        self,
        stream: str,
        hour: str,
        sequences: Sequence[int],
        members: AsyncIterator[Member],
        before: CompactedHour | None,
    ) -> CompactedHour:
        """Sends piece by piece: what is held of the hour is a block of some megabytes."""
        container = await self._connection.container(CONTAINER)
        path = f"{EVENTS}/{key(stream)}/{hour.replace('T', '/')}-{_digest(sequences)}.ndjson.gz"
        tally = _Tally()
        # Written before, and perhaps without the row below: the same chunks make the same bytes.
        with translated(), suppress(ResourceExistsError):
            await container.upload_blob(path, tally.of(members), overwrite=False)
        made = CompactedHour(
            path=path,
            count=tally.count,
            bytes=tally.bytes,
            sequences=tuple(sequences),
            activities=tuple(sorted(activity.decode() for activity in tally.activities)),
        )
        await (await self._table()).upsert(make_row(key(stream), hour, body=made))
        if before is not None and before.path != path:
            await self._remove(before.path)
        return made

    async def purge(self, stream: str, before: date) -> None:
        table = await self._table()
        rows = [row["RowKey"] async for row in table.query(Filter.partition(key(stream), "0", before.isoformat()), ())]
        for row in rows:
            await table.delete(key(stream), row)

    async def _pieces(self, path: str) -> AsyncIterator[bytes]:
        container = await self._connection.container(CONTAINER)
        with translated():
            download = await container.download_blob(path)
            async for content in download.chunks():
                for start in range(0, len(content), _PIECE_BYTES):
                    yield content[start : start + _PIECE_BYTES]

    async def _remove(self, path: str) -> None:
        container = await self._connection.container(CONTAINER)
        with translated(), suppress(ResourceNotFoundError):
            await container.delete_blob(path)

    async def _table(self) -> Table:
        return await self._connection.table("archive")


class _Tally:
    """What went by: an upload does not say."""

    def __init__(self) -> None:
        self.count = 0
        self.bytes = 0
        self.activities: set[bytes] = set()

    async def of(self, members: AsyncIterator[Member]) -> AsyncIterator[bytes]:
        async for member in members:
            self.count += member.count
            self.bytes += len(member.packed)
            self.activities |= member.activities
            yield member.packed


def _digest(sequences: Sequence[int]) -> str:
    return hashlib.sha256(",".join(map(str, sequences)).encode()).hexdigest()[:16]


def _events_in(unpacker: Unpacker, piece: bytes, stream: str) -> list[ArchivedEvent]:
    return archived_with_path(unpacker.feed(piece), stream)


def _lines_in(unpacker: Unpacker, piece: bytes, wanted: ActivityFilter | None) -> tuple[int, Sequence[bytes]]:
    lines = unpacker.feed(piece)
    return len(lines), lines if wanted is None else wanted.among(lines)
