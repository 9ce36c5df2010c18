"""The ledger in the table ``ledger``: one partition per source, so a chunk and the cursor commit in one batch.

Rows of a source: ``cursor`` (position and totals), ``c|sequence`` (chunk), ``w|sequence`` (its place on the waiting
list, a copy), ``h|…`` and ``d|…`` (its event ids), ``evaluated`` (the total that evaluation adds to). The partition
``|sources`` lists the sources.

Totals stay exact: the cursor's version guards what a commit adds, and the ``w|`` row, deleted in the same batch, lets
only one evaluation of a chunk add. They are two rows so that evaluation never makes a collector lose its race.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta

from msgspec import Struct

from shared.domain.errors import Conflict
from shared.domain.ledger import Chunk, ChunkState, Cursor, HourCoverage, SourceCoverage
from shared.storage.connection import StorageConnection
from shared.storage.filters import Filter
from shared.storage.keys import end_of, key, number_text
from shared.storage.ledger_ids import (
    DIGEST_COLUMNS,
    UNDATED,
    RowRange,
    counts_in,
    days_range,
    digest_of,
    digests_in,
    hour_text,
    hours_range,
    id_rows,
    ranges_of,
)
from shared.storage.rows import body_columns, check_schema, make_row, read_body, version_of
from shared.storage.table import Batch, Table

_SOURCES = "|sources"
"""No escaped source name contains the bar."""
_WAITING = "w|"
_MOST_ROUNDS = 50
"""Of lost races; each round somebody else succeeded."""


class _Totals(Struct, frozen=True, omit_defaults=True):
    chunks: int = 0
    rows: int = 0
    events: int = 0
    duplicates: int = 0
    rejected: int = 0
    undated: int = 0
    last_collected: datetime | None = None

    def with_chunk(self, chunk: Chunk, undated: int) -> "_Totals":
        return _Totals(
            chunks=self.chunks + 1,
            rows=self.rows + chunk.rows,
            events=self.events + chunk.events,
            duplicates=self.duplicates + chunk.duplicates,
            rejected=self.rejected + chunk.rejected,
            undated=self.undated + undated,
            last_collected=max(filter(None, (self.last_collected, chunk.collected)), default=None),
        )


class _StoredCursor(Struct, frozen=True, omit_defaults=True):
    next_sequence: int = 1
    position: str = ""
    totals: _Totals = _Totals()


class _Evaluated(Struct, frozen=True, omit_defaults=True):
    not_evaluated: int = 0


class TableLedger:
    def __init__(self, connection: StorageConnection) -> None:
        self._connection = connection

    async def cursor(self, source: str) -> Cursor:
        stored, version = await self._cursor(key(source))
        return Cursor(next_sequence=stored.next_sequence, position=stored.position, version=version)

    async def seen(self, source: str, times: Mapping[str, datetime | None]) -> set[str]:
        """Reads the digests of the hours involved, a page of rows at a time."""
        table = await self._table()
        wanted = {digest_of(event_id): event_id for event_id in times}
        found: set[str] = set()
        for rows in ranges_of(times.values()):
            async for row in table.query(Filter.partition(key(source), *rows), DIGEST_COLUMNS):
                check_schema(row)
                found.update(wanted[digest] for digest in digests_in(row) & wanted.keys())
        return found

    async def commit(self, chunk: Chunk, ids: Mapping[str, datetime | None], cursor: Cursor, position: str) -> None:
        """Raises Conflict, and RowTooLarge for a chunk that must be split (see ``id_rows``)."""
        try:
            await self._commit(chunk, ids, cursor, position)
        except Conflict:
            # The answer to a batch that succeeded can be lost, and its repetition is then refused.
            stored = await self.chunk(chunk.source, chunk.sequence)
            if stored is None or _identity(stored) != _identity(chunk):
                raise

    async def _commit(self, chunk: Chunk, ids: Mapping[str, datetime | None], cursor: Cursor, position: str) -> None:
        table, partition = await self._table(), key(chunk.source)
        stored, version = await self._cursor(partition)
        if version != cursor.version or stored.next_sequence != chunk.sequence:
            raise Conflict(f"the cursor of {chunk.source} moved")
        if version is None:
            # Before the batch: a source that is listed without chunks does no harm, the opposite would hide them.
            await table.upsert(make_row(_SOURCES, partition, {"source": chunk.source}))
        undated = sum(time is None for time in ids.values())
        moved = _StoredCursor(chunk.sequence + 1, position, stored.totals.with_chunk(chunk, undated))
        batch = Batch()
        cursor_row = make_row(partition, "cursor", body=moved)
        if version is None:
            batch.insert(cursor_row)
        else:
            batch.replace(cursor_row, version)
        batch.insert(make_row(partition, _chunk_row(chunk.sequence), body=chunk))
        if chunk.state is not ChunkState.EVALUATED:
            batch.insert(make_row(partition, _WAITING + number_text(chunk.sequence), body=chunk))
        for row in id_rows(partition, chunk.sequence, ids):
            batch.insert(row)
        await table.commit(batch)

    async def chunk(self, source: str, sequence: int) -> Chunk | None:
        row = await (await self._table()).get(key(source), _chunk_row(sequence))
        return read_body(row, Chunk) if row is not None else None

    async def mark_evaluated(self, chunk: Chunk) -> None:
        table, partition = await self._table(), key(chunk.source)
        for _ in range(_MOST_ROUNDS):
            waiting = await table.get(partition, _WAITING + number_text(chunk.sequence))
            if waiting is None:
                return
            batch = Batch()
            batch.delete(partition, waiting["RowKey"], version_of(waiting))
            batch.upsert(make_row(partition, _chunk_row(chunk.sequence), body=chunk))
            if chunk.not_evaluated:
                await self._add_not_evaluated(table, batch, partition, chunk.not_evaluated)
            try:
                await table.commit(batch)
            except Conflict:
                continue
            return
        raise Conflict(f"{_MOST_ROUNDS} others changed the totals of {chunk.source} first")

    async def record_attempt(self, chunk: Chunk) -> None:
        """A chunk that no longer waits stays as it is: somebody else judged it."""
        table, partition = await self._table(), key(chunk.source)
        waiting = await table.get(partition, _WAITING + number_text(chunk.sequence))
        if waiting is None:
            return
        batch = Batch()
        batch.replace(make_row(partition, waiting["RowKey"], body=chunk), version_of(waiting))
        batch.upsert(make_row(partition, _chunk_row(chunk.sequence), body=chunk))
        with suppress(Conflict):  # Somebody else has just stored how the same chunk fared: that is as good.
            await table.commit(batch)

    async def waiting(self) -> AsyncIterator[Chunk]:
        table = await self._table()
        for source in await self._sources(table):
            async for row in table.query(Filter.partition(key(source), _WAITING, end_of(_WAITING))):
                yield read_body(row, Chunk)

    async def coverage(self, now: datetime, hours: int) -> tuple[SourceCoverage, ...]:
        """Every source, with each of the last hours even if it is empty, and ``undated`` where there is any.

        Reads per source the totals, what waits, and the id counts of these hours, however long the ledger is.
        """
        table = await self._table()
        return tuple([await self._coverage(table, source, now, hours) for source in await self._sources(table)])

    async def _coverage(self, table: Table, source: str, now: datetime, hours: int) -> SourceCoverage:
        partition = key(source)
        stored, _ = await self._cursor(partition)
        evaluated = await table.get(partition, "evaluated")
        in_waiting = Filter.partition(partition, _WAITING, end_of(_WAITING))
        waiting = [read_body(row, Chunk) async for row in table.query(in_waiting)]
        totals = stored.totals
        return SourceCoverage(
            source=source,
            last_collected=totals.last_collected,
            chunks=totals.chunks,
            waiting=len(waiting),
            oldest_waiting=min((chunk.collected for chunk in waiting if chunk.collected), default=None),
            rows=totals.rows,
            events=totals.events,
            duplicates=totals.duplicates,
            rejected=totals.rejected,
            not_evaluated=read_body(evaluated, _Evaluated).not_evaluated if evaluated is not None else 0,
            hours=await _hours(table, partition, now, hours, totals.undated),
        )

    async def _add_not_evaluated(self, table: Table, batch: Batch, partition: str, count: int) -> None:
        row = await table.get(partition, "evaluated")
        if row is None:
            batch.insert(make_row(partition, "evaluated", body=_Evaluated(count)))
            return
        total = _Evaluated(read_body(row, _Evaluated).not_evaluated + count)
        batch.replace(make_row(partition, "evaluated", body=total), version_of(row))

    async def _cursor(self, partition: str) -> tuple[_StoredCursor, str | None]:
        row = await (await self._table()).get(partition, "cursor")
        return (_StoredCursor(), None) if row is None else (read_body(row, _StoredCursor), version_of(row))

    async def _sources(self, table: Table) -> list[str]:
        return [row["source"] async for row in table.query(Filter.partition(_SOURCES), ["source"])]

    async def _table(self) -> Table:
        return await self._connection.table("ledger")


async def _hours(table: Table, partition: str, now: datetime, hours: int, undated: int) -> tuple[HourCoverage, ...]:
    window = [now - timedelta(hours=back) for back in reversed(range(hours))]
    counts = {hour_text(time): 0 for time in window}
    rows: tuple[RowRange, ...] = (hours_range(window[0], now), days_range(window[0], now)) if window else ()
    for each in rows:
        async for row in table.query(Filter.partition(partition, *each), body_columns()):
            for hour, events in counts_in(row).items():
                if hour in counts:
                    counts[hour] += events
    if undated:
        counts[UNDATED] = undated
    return tuple(HourCoverage(hour=hour, events=events) for hour, events in counts.items())


def _chunk_row(sequence: int) -> str:
    return f"c|{number_text(sequence)}"


def _identity(chunk: Chunk) -> tuple[object, ...]:
    """What never changes after the commit and differs between two hosts: when and what was collected."""
    return chunk.collected, chunk.raw_path, chunk.events_path, chunk.rows, chunk.events
