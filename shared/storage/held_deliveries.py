"""What waits for the next summary, in the table ``helddeliveries``: a partition per route, the gravest rows first.

One partition takes some 2,000 rows a second; beyond that storage answers that it is busy, and settling tries again.
"""

import asyncio
from collections.abc import Sequence
from itertools import batched

from shared.domain.severities import Severity
from shared.domain.summaries import HeldDelivery
from shared.storage.connection import StorageConnection
from shared.storage.filters import Filter
from shared.storage.keys import key
from shared.storage.rows import make_row, read_body
from shared.storage.table import MOST_OPERATIONS, Batch, Table

_BATCHES_AT_ONCE = 8
_ANY_VERSION = "*"
"""The key says which delivery a row is, and a delivery that is inserted again is the same row."""


class TableHeldDeliveries:
    def __init__(self, connection: StorageConnection) -> None:
        self._connection = connection

    async def insert(self, route: str, held: HeldDelivery) -> None:
        await (await self._table()).upsert(make_row(key(route), _row_of(held), body=held))

    async def routes(self) -> tuple[str, ...]:
        """Names of routes are the code's own and stand in keys as they are, so a key is a name."""
        table, found = await self._table(), [""]
        while True:
            where = Filter().where("PartitionKey", "gt", found[-1])
            rows = [row async for row in table.first(where, 1, ["PartitionKey"])]
            if not rows:
                return tuple(found[1:])
            found.append(rows[0]["PartitionKey"])

    async def first(self, route: str, most: int) -> list[HeldDelivery]:
        rows = (await self._table()).first(Filter.partition(key(route)), most)
        return [read_body(row, HeldDelivery) async for row in rows]

    async def remove(self, route: str, held: Sequence[HeldDelivery]) -> None:
        """Raises Conflict where another host removes the same rows: some are left then, or none."""
        table = await self._table()
        free = asyncio.Semaphore(_BATCHES_AT_ONCE)

        async def remove(some: Sequence[HeldDelivery]) -> None:
            batch = Batch()
            for one in some:
                batch.delete(key(route), _row_of(one), _ANY_VERSION)
            async with free:
                await table.commit(batch)

        # All are tried, whichever fail: what was told should not be told again.
        removals = map(remove, batched(held, MOST_OPERATIONS, strict=False))
        for outcome in await asyncio.gather(*removals, return_exceptions=True):
            if outcome is not None:
                raise outcome

    async def _table(self) -> Table:
        return await self._connection.table("helddeliveries")


def _row_of(held: HeldDelivery) -> str:
    return key(f"{len(Severity) - held.severity.rank}", held.alert_id, f"{held.sequence:06}")
