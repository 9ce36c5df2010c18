"""Events that wait for their app, in the table ``parked``: one partition per source, the longest waiting first.

Beside its rows ``e|…`` a partition holds ``totals``. Removing events and counting them is one batch, so the totals stay
exact whatever dies.
"""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence

import msgspec
from azure.data.tables import TableEntity
from msgspec import Struct

from shared.domain.errors import Conflict
from shared.domain.ledger import ParkedCounts
from shared.domain.parked import ParkedEvent
from shared.storage.connection import StorageConnection
from shared.storage.filters import Filter
from shared.storage.keys import end_of, key, time_text
from shared.storage.large_bodies import LargeBodies
from shared.storage.rows import Row, make_row, read_body, version_of
from shared.storage.table import Batch, Table

_EVENTS = "e|"
_TOTALS = "totals"
_MOST_INLINE_BYTES = 8 * 1024
_MOST_ROUNDS = 20
"""Of lost races; each round somebody else succeeded."""


class _Totals(Struct, frozen=True, omit_defaults=True):
    source: str
    judged_unresolved: int = 0
    not_evaluated: int = 0


class TableParkedEvents:
    def __init__(self, connection: StorageConnection) -> None:
        self._connection = connection
        self._bodies = LargeBodies(connection)

    async def park(self, events: Sequence[ParkedEvent]) -> None:
        table = await self._table()
        known = {(row["PartitionKey"], row["RowKey"]) for row in await table.get_all(map(_keys_of, events))}
        for event in {_keys_of(event): event for event in events if _keys_of(event) not in known}.values():
            row = await self._bodies.make_row(*_keys_of(event), {"source": event.source}, event, _MOST_INLINE_BYTES)
            await _insert_if_absent(table, row)

    async def first(self, most: int) -> list[ParkedEvent]:
        """Reads the table over its partitions: it holds what waits and little more."""
        rows = (await self._table()).first(_waiting(), most)
        return [await self._bodies.read_body(row, ParkedEvent) async for row in rows]

    async def settle(self, events: Sequence[ParkedEvent], unresolved: int, not_evaluated: int) -> None:
        table = await self._table()
        for _ in range(_MOST_ROUNDS):
            rows = await table.get_all(map(_keys_of, events))
            if len(rows) < len(events):
                return
            try:
                await _remove(table, events[0].source, rows, unresolved, not_evaluated)
            except Conflict:
                continue
            return
        raise Conflict(f"{_MOST_ROUNDS} others changed the totals of {events[0].source} first")

    async def counts(self) -> Mapping[str, ParkedCounts]:
        """Counts what waits row by row, a thousand in a request."""
        table = await self._table()
        waiting: defaultdict[str, int] = defaultdict(int)
        async for row in table.query(_waiting(), ["source"]):
            waiting[row["source"]] += 1
        totals = [read_body(row, _Totals) async for row in table.query(Filter().where("RowKey", "eq", _TOTALS))]
        by_source = {one.source: one for one in totals}
        return {
            source: ParkedCounts(
                waiting=waiting[source],
                judged_unresolved=by_source[source].judged_unresolved if source in by_source else 0,
                not_evaluated=by_source[source].not_evaluated if source in by_source else 0,
            )
            for source in waiting.keys() | by_source.keys()
        }

    async def _table(self) -> Table:
        return await self._connection.table("parked")


async def _insert_if_absent(table: Table, row: Row) -> None:
    try:
        await table.insert(row)
    except Conflict:
        return  # Another host parked it just now.


async def _remove(table: Table, source: str, rows: Sequence[TableEntity], unresolved: int, not_evaluated: int) -> None:
    partition = key(source)
    batch = Batch()
    for row in rows:
        batch.delete(partition, row["RowKey"], version_of(row))
    found = await table.get(partition, _TOTALS)
    before = read_body(found, _Totals) if found is not None else _Totals(source)
    counted = _Totals(source, before.judged_unresolved + unresolved, before.not_evaluated + not_evaluated)
    after = make_row(partition, _TOTALS, body=counted)
    if found is None:
        batch.insert(after)
    else:
        batch.replace(after, version_of(found))
    await table.commit(batch)


def _waiting() -> Filter:
    return Filter().where("RowKey", "ge", _EVENTS).where("RowKey", "lt", end_of(_EVENTS))


def _keys_of(parked: ParkedEvent) -> tuple[str, str]:
    """The event's whole content names it, since one record may tell of several events."""
    digest = hashlib.blake2b(msgspec.json.encode(parked.event), digest_size=16).hexdigest()
    return key(parked.source), f"{_EVENTS}{time_text(parked.collected)}|{digest}"
