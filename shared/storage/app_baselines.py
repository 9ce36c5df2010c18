"""What is usual for apps, in the table ``baselines``: a partition for each app, the newest first, and never changed."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from itertools import batched

from shared.domain.app_baselines import AppBaseline
from shared.domain.errors import Conflict
from shared.storage.connection import StorageConnection
from shared.storage.filters import Filter
from shared.storage.keys import key, newest_first
from shared.storage.large_bodies import LargeBodies
from shared.storage.rows import MOST_ROW_BYTES
from shared.storage.table import Table

_MOST_INLINE_BYTES = MOST_ROW_BYTES // 3
"""Of JSON: a row takes two bytes for each character."""
_AT_ONCE = 16


class TableBaselines:
    def __init__(self, connection: StorageConnection) -> None:
        self._connection = connection
        self._bodies = LargeBodies(connection)

    async def save(self, baseline: AppBaseline) -> None:
        partition, row = key(baseline.app_id), _row_of(baseline.day)
        made = await self._bodies.make_row(partition, row, {}, baseline, _MOST_INLINE_BYTES)
        try:
            await (await self._table()).insert(made)
        except Conflict:
            return  # It is there: what judged by it stays explained by it.

    async def latest(self, app_ids: Sequence[str], day: date) -> dict[str, AppBaseline]:
        table, free = await self._table(), asyncio.Semaphore(_AT_ONCE)

        async def read(app_id: str) -> AppBaseline | None:
            async with free:
                where = Filter.partition(key(app_id), _row_of(day))
                rows = [row async for row in table.first(where, 1)]
                return await self._bodies.read_body(rows[0], AppBaseline) if rows else None

        found = await asyncio.gather(*map(read, dict.fromkeys(app_ids)))
        return {baseline.app_id: baseline for baseline in found if baseline is not None}

    async def between(self, app_ids: Sequence[str], first: date, last: date) -> dict[str, list[AppBaseline]]:
        """Reads back to the one that was in force on the first day: two months of rows at the most."""
        table, free = await self._table(), asyncio.Semaphore(_AT_ONCE)

        async def read(app_id: str) -> list[AppBaseline]:
            async with free:
                found: list[AppBaseline] = []
                async for row in table.query(Filter.partition(key(app_id), _row_of(last))):
                    found.append(await self._bodies.read_body(row, AppBaseline))
                    if found[-1].day <= first:
                        break
                return found

        unique = list(dict.fromkeys(app_ids))
        return dict(zip(unique, await asyncio.gather(*map(read, unique)), strict=True))

    async def purge(self, before: date) -> int:
        """Looks at every row, a thousand a request: there are at most two months of them for each active app."""
        table = await self._table()
        old = [row async for row in table.query(Filter().where("RowKey", "gt", _row_of(before)), [])]
        for some in batched(old, _AT_ONCE, strict=False):
            await asyncio.gather(*(table.delete(row["PartitionKey"], row["RowKey"]) for row in some))
        return len(old)

    async def _table(self) -> Table:
        return await self._connection.table("baselines")


def _row_of(day: date) -> str:
    return newest_first(datetime.combine(day, time(), UTC))
