"""Which chunks hold the events of an hour, by the ledger: rows by the time of events, and undated by collection."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from shared.domain.ledger import Chunk
from shared.storage.connection import StorageConnection
from shared.storage.filters import Filter
from shared.storage.keys import key, number_text
from shared.storage.ledger_ids import UNDATED, counts_in, days_range, hour_text, hours_range
from shared.storage.ledger_rows import CURSOR, SOURCES, StoredCursor, chunk_row
from shared.storage.rows import body_columns, check_schema, read_body
from shared.storage.table import Table

_CLOCKS_APART = timedelta(minutes=10)
"""By how much the clocks of two collectors may differ: sequences follow the time of collection no closer than that."""
_SPARSE = 8
"""Of so many rows one that is wanted: then single reads cost less."""


class ChunkIndex:
    """Reads the ledger's rows, and changes none."""

    def __init__(self, connection: StorageConnection) -> None:
        self._connection = connection

    async def streams(self) -> tuple[str, ...]:
        table = await self._table()
        return tuple(sorted([row["source"] async for row in table.query(Filter.partition(SOURCES))]))

    async def of_hours(self, stream: str, first: datetime, last: datetime) -> Mapping[str, Sequence[int]]:
        """Sequences by hour (``2026-11-24T13``), ascending, for the hours of these two moments and those between."""
        table, partition = await self._table(), key(stream)
        start, end = hour_text(first), hour_text(last)
        found: defaultdict[str, set[int]] = defaultdict(set)
        for each in (hours_range(first, last), days_range(first, last)):
            async for row in table.query(Filter.partition(partition, *each), body_columns()):
                for hour in counts_in(row):
                    found[hour].add(_sequence_in(row["RowKey"]))
        for chunk in await self._undated(table, partition, first, last):
            found[hour_text(chunk.collected)].add(chunk.sequence)
        return {hour: sorted(sequences) for hour, sequences in found.items() if start <= hour <= end}

    async def chunks(self, stream: str, sequences: Sequence[int]) -> list[Chunk]:
        """In their order. Those of an hour mostly follow each other, and are read in one request."""
        table, partition, wanted = await self._table(), key(stream), set(sequences)
        first, last = min(wanted, default=0), max(wanted, default=0)
        if last - first >= _SPARSE * len(wanted):
            return await _chunks(table, partition, sorted(wanted))
        where = Filter.partition(partition, chunk_row(first), chunk_row(last + 1))
        rows = [row async for row in table.query(where) if _sequence_in(row["RowKey"]) in wanted]
        return [read_body(row, Chunk) for row in rows]

    async def first_since(self, stream: str, time: datetime) -> int:
        """The first sequence that may have been collected at that time or later."""
        table, partition = await self._table(), key(stream)
        cursor = await _cursor(table, partition)
        return await _first_since(table, partition, cursor.next_sequence, time - _CLOCKS_APART)

    async def _undated(self, table: Table, partition: str, first: datetime, last: datetime) -> list[Chunk]:
        """Chunks with undated events that were collected in these hours: a search in the sequences finds where."""
        cursor = await _cursor(table, partition)
        if not cursor.totals.undated:
            return []
        hour = timedelta(hours=1)
        begin = await _first_since(table, partition, cursor.next_sequence, first - hour - _CLOCKS_APART)
        end = await _first_since(table, partition, cursor.next_sequence, last + hour + _CLOCKS_APART)
        held = key("h", UNDATED)
        where = Filter.partition(partition, f"{held}|{number_text(begin)}", f"{held}|{number_text(end)}")
        sequences = []
        async for each in table.query(where, ()):
            check_schema(each)
            sequences.append(_sequence_in(each["RowKey"]))
        return [chunk for chunk in await _chunks(table, partition, sequences) if chunk.undated and chunk.collected]

    async def _table(self) -> Table:
        return await self._connection.table("ledger")


async def _cursor(table: Table, partition: str) -> StoredCursor:
    row = await table.get(partition, CURSOR)
    return StoredCursor() if row is None else read_body(row, StoredCursor)


async def _first_since(table: Table, partition: str, end: int, time: datetime) -> int:
    """The first sequence collected at that time or later; ``end`` where there is none."""
    low, high = 1, end
    while low < high:
        middle = (low + high) // 2
        found = await _chunks(table, partition, [middle])
        if found and found[0].collected is not None and found[0].collected < time:
            low = middle + 1
        else:
            high = middle
    return low


async def _chunks(table: Table, partition: str, sequences: Iterable[int]) -> list[Chunk]:
    rows = await table.get_all((partition, chunk_row(sequence)) for sequence in sequences)
    return [read_body(row, Chunk) for row in rows]


def _sequence_in(row_key: str) -> int:
    return int(row_key.rpartition("|")[2])
