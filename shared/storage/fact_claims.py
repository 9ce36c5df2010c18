"""Which stream told of a fact first, in the table ``facts``: one partition, so that a claim is one batch.

Rows are those of the ledger's ids, digests by the hour of the fact, with the stream at the end of their key. The row
``head`` numbers the claims; its version guards each, so that two streams never both have a fact.
"""

from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import batched

from azure.data.tables import TableEntity
from msgspec import Struct

from shared.domain.errors import Conflict
from shared.storage.connection import StorageConnection
from shared.storage.filters import Filter
from shared.storage.keys import key
from shared.storage.ledger_ids import DIGEST_COLUMNS, digest_of, digests_in, hour_text, id_rows, ranges_of
from shared.storage.rows import check_schema, make_row, read_body, version_of
from shared.storage.table import MOST_OPERATIONS, Batch, Table

_PARTITION = "facts"
_HEAD = "head"
_HOUR = timedelta(hours=1)
"""Services truncate times, and their clocks differ: the same fact may be told with another hour."""
_FIRST, _LAST = datetime.min.replace(tzinfo=UTC) + _HOUR, datetime.max.replace(tzinfo=UTC) - _HOUR
_MOST_PURGED = 5000
_MOST_ROUNDS = 20
"""Of lost races; each round somebody else succeeded."""


class _Head(Struct, frozen=True):
    claims: int = 0


class TableFactClaims:
    def __init__(self, connection: StorageConnection) -> None:
        self._connection = connection

    async def claim(self, stream: str, facts: Mapping[str, datetime | None]) -> set[str]:
        """One read of a row, a few queries and, where there is anything new, one batch.

        Raises RowTooLarge for facts of more than 92 days.
        """
        if not facts:
            return set()
        table = await self._connection.table("facts")
        for _ in range(_MOST_ROUNDS):
            # Before the rest is read: whatever is claimed afterwards makes the batch fail.
            head = await table.get(_PARTITION, _HEAD)
            told, own = await _claimed(table, stream, facts)
            free = {fact: time for fact, time in facts.items() if fact not in told | own}
            if not free:
                return told
            try:
                await table.commit(_batch(stream, free, head))
            except Conflict:
                # The answer may have been lost as well: then the facts are this stream's at the next look.
                continue
            return told
        raise Conflict(f"{_MOST_ROUNDS} others claimed facts first")

    async def purge(self, before: datetime) -> int:
        """Forget facts of hours and days before that; returns how many rows that were, at most some thousands."""
        table = await self._connection.table("facts")
        rows: list[TableEntity] = []
        for span in ("h", "d"):
            where = Filter.partition(_PARTITION, key(span, ""), key(span, hour_text(before)))
            rows += [row async for row in table.first(where, _MOST_PURGED, ["Timestamp"])]
        for some in batched(rows, MOST_OPERATIONS, strict=False):
            batch = Batch()
            for row in some:
                batch.delete(_PARTITION, row["RowKey"], version_of(row))
            await table.commit(batch)
        return len(rows)


async def _claimed(table: Table, stream: str, facts: Mapping[str, datetime | None]) -> tuple[set[str], set[str]]:
    """Those that another stream has, and those that this one has."""
    by_digest = {digest_of(fact): fact for fact in facts}
    told: set[str] = set()
    own: set[str] = set()
    mine = "|" + key(stream)
    async for row in _rows(table, facts.values()):
        check_schema(row)
        found = own if row["RowKey"].endswith(mine) else told
        found.update(by_digest[digest] for digest in digests_in(row) & by_digest.keys())
    return told, own


async def _rows(table: Table, times: Iterable[datetime | None]) -> AsyncIterator[TableEntity]:
    near = [each for time in times for each in _around(time)]
    for rows in ranges_of(near):
        async for row in table.query(Filter.partition(_PARTITION, *rows), DIGEST_COLUMNS):
            yield row


def _around(time: datetime | None) -> tuple[datetime | None, ...]:
    """The time and those an hour beside it; services write times where the calendar begins or ends for none at all."""
    if time is None or not _FIRST <= time <= _LAST:
        return (time,)
    return time - _HOUR, time, time + _HOUR


def _batch(stream: str, facts: Mapping[str, datetime | None], head: TableEntity | None) -> Batch:
    number = read_body(head, _Head).claims + 1 if head is not None else 1
    batch, moved = Batch(), make_row(_PARTITION, _HEAD, body=_Head(number))
    if head is None:
        batch.insert(moved)
    else:
        batch.replace(moved, version_of(head))
    for row in id_rows(_PARTITION, number, facts, {}):
        batch.insert({**row, "RowKey": f"{row['RowKey']!s}|{key(stream)}"})
    return batch
