"""The ledger in the table ``ledger``: one partition per source, so a chunk and the cursor commit in one batch.

Totals stay exact: the cursor's version guards what a commit adds, and the ``w|`` row, deleted in the same batch, lets
only one evaluation of a chunk add. They are two rows so that evaluation never makes a collector lose its race. What a
collector says of its source stands beside them in ``|sources``, where one query reads all of them.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime

from shared.domain.errors import Conflict
from shared.domain.ledger import Chunk, ChunkState, Cursor, HourCoverage, SourceCoverage, SourceState
from shared.domain.passes import Pass
from shared.storage.connection import StorageConnection
from shared.storage.filters import Filter
from shared.storage.keys import end_of, key
from shared.storage.ledger_coverage import coverage_of, hours_of
from shared.storage.ledger_ids import DIGEST_COLUMNS, digest_of, digests_in, id_rows, ranges_of
from shared.storage.ledger_rows import (
    CURSOR,
    EVALUATED,
    PASSES,
    SOURCES,
    WAITING,
    Evaluated,
    StoredCursor,
    chunk_row,
    pass_row,
    waiting_row,
)
from shared.storage.rows import check_schema, make_row, read_body, version_of
from shared.storage.table import Batch, Table

_MOST_ROUNDS = 50
"""Of lost races; each round somebody else succeeded."""


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

    async def commit(
        self,
        chunk: Chunk,
        ids: Mapping[str, datetime | None],
        cursor: Cursor,
        position: str,
        passes: Sequence[Pass] = (),
    ) -> None:
        """Raises Conflict, and RowTooLarge for a chunk that must be split (see ``id_rows``)."""
        try:
            await self._commit(chunk, ids, cursor, position, passes)
        except Conflict:
            # The answer to a batch that succeeded can be lost, and its repetition is then refused.
            stored = await self.chunk(chunk.source, chunk.sequence)
            if stored is None or _identity(stored) != _identity(chunk):
                raise

    async def _commit(
        self,
        chunk: Chunk,
        ids: Mapping[str, datetime | None],
        cursor: Cursor,
        position: str,
        passes: Sequence[Pass],
    ) -> None:
        table, partition = await self._table(), key(chunk.source)
        stored, version = await self._cursor(partition)
        if version != cursor.version or stored.next_sequence != chunk.sequence:
            raise Conflict(f"the cursor of {chunk.source} moved")
        moved = StoredCursor(chunk.sequence + 1, position, stored.totals.with_chunk(chunk))
        batch = await self._moving(table, chunk.source, moved, version, passes)
        batch.insert(make_row(partition, chunk_row(chunk.sequence), body=chunk))
        if chunk.state is not ChunkState.EVALUATED:
            batch.insert(make_row(partition, waiting_row(chunk.sequence), body=chunk))
        for row in id_rows(partition, chunk.sequence, ids, chunk.by_hour):
            batch.insert(row)
        await table.commit(batch)

    async def move(self, source: str, cursor: Cursor, position: str, passes: Sequence[Pass] = ()) -> None:
        """May raise Conflict although it succeeded, where the answer was lost: read the cursor again."""
        table = await self._table()
        stored, version = await self._cursor(key(source))
        if version != cursor.version:
            raise Conflict(f"the cursor of {source} moved")
        moved = StoredCursor(stored.next_sequence, position, stored.totals)
        await table.commit(await self._moving(table, source, moved, version, passes))

    async def _moving(
        self, table: Table, source: str, moved: StoredCursor, version: str | None, passes: Sequence[Pass]
    ) -> Batch:
        """A batch that moves the cursor, to which the rest of a commit is added."""
        partition = key(source)
        batch = Batch()
        row = make_row(partition, CURSOR, body=moved)
        if version is None:
            # Before the batch: a source that is listed without chunks does no harm, the opposite would hide them.
            with suppress(Conflict):
                await table.insert(make_row(SOURCES, partition, {"source": source}))
            batch.insert(row)
        else:
            batch.replace(row, version)
        for one in passes:
            batch.upsert(pass_row(partition, one))
        return batch

    async def chunk(self, source: str, sequence: int) -> Chunk | None:
        row = await (await self._table()).get(key(source), chunk_row(sequence))
        return read_body(row, Chunk) if row is not None else None

    async def mark_evaluated(self, chunk: Chunk) -> None:
        table, partition = await self._table(), key(chunk.source)
        for _ in range(_MOST_ROUNDS):
            waiting = await table.get(partition, waiting_row(chunk.sequence))
            if waiting is None:
                return
            batch = Batch()
            batch.delete(partition, waiting["RowKey"], version_of(waiting))
            batch.upsert(make_row(partition, chunk_row(chunk.sequence), body=chunk))
            if chunk.not_evaluated:
                await _add_not_evaluated(table, batch, partition, chunk.not_evaluated)
            try:
                await table.commit(batch)
            except Conflict:
                continue
            return
        raise Conflict(f"{_MOST_ROUNDS} others changed the totals of {chunk.source} first")

    async def record_attempt(self, chunk: Chunk) -> None:
        """A chunk that no longer waits stays as it is: somebody else judged it."""
        table, partition = await self._table(), key(chunk.source)
        waiting = await table.get(partition, waiting_row(chunk.sequence))
        if waiting is None:
            return
        batch = Batch()
        batch.replace(make_row(partition, waiting["RowKey"], body=chunk), version_of(waiting))
        batch.upsert(make_row(partition, chunk_row(chunk.sequence), body=chunk))
        with suppress(Conflict):  # Somebody else has just stored how the same chunk fared: that is as good.
            await table.commit(batch)

    async def waiting(self) -> AsyncIterator[Chunk]:
        table = await self._table()
        for source in await self._sources(table):
            async for row in table.query(Filter.partition(key(source), WAITING, end_of(WAITING))):
                yield read_body(row, Chunk)

    async def record_state(self, state: SourceState) -> None:
        row = make_row(SOURCES, key(state.source), {"source": state.source}, state)
        await (await self._table()).upsert(row)

    async def source_states(self) -> tuple[SourceState, ...]:
        return tuple(state for state in (await self._sources(await self._table())).values() if state is not None)

    async def passes(self, source: str, most: int) -> list[Pass]:
        where = Filter.partition(key(source), PASSES, end_of(PASSES))
        return [read_body(row, Pass) async for row in (await self._table()).first(where, most)]

    async def coverage(self, now: datetime, hours: int) -> tuple[SourceCoverage, ...]:
        """Every source, with each of the last hours even if it is empty, and ``undated`` where there is any."""
        table = await self._table()
        sources = (await self._sources(table)).items()
        reads = [coverage_of(table, source, state, now, hours) for source, state in sources]
        return tuple(await asyncio.gather(*reads))

    async def hours(self, source: str, until: datetime, hours: int) -> tuple[HourCoverage, ...]:
        return await hours_of(await self._table(), key(source), until, hours)

    async def _cursor(self, partition: str) -> tuple[StoredCursor, str | None]:
        row = await (await self._table()).get(partition, CURSOR)
        return (StoredCursor(), None) if row is None else (read_body(row, StoredCursor), version_of(row))

    async def _sources(self, table: Table) -> dict[str, SourceState | None]:
        """By name; None where no collector has said how it fares, as for records that are fed by hand."""
        return {
            row["source"]: read_body(row, SourceState) if "body_00" in row else None
            async for row in table.query(Filter.partition(SOURCES))
        }

    async def _table(self) -> Table:
        return await self._connection.table("ledger")


async def _add_not_evaluated(table: Table, batch: Batch, partition: str, count: int) -> None:
    row = await table.get(partition, EVALUATED)
    if row is None:
        batch.insert(make_row(partition, EVALUATED, body=Evaluated(count)))
        return
    total = Evaluated(read_body(row, Evaluated).not_evaluated + count)
    batch.replace(make_row(partition, EVALUATED, body=total), version_of(row))


def _identity(chunk: Chunk) -> tuple[object, ...]:
    """What never changes after the commit and differs between two hosts: when and what was collected."""
    return chunk.collected, chunk.raw_path, chunk.events_path, chunk.rows, chunk.events
