"""What apps did, by hour and stream and by day, in the table ``rollups``: a partition for each app.

Which apps have rows of an hour or of a day, the table ``rolledup`` tells: its partitions are hours (``h|time``) and
days (``d|day``). What it names is written after it and removed before it, so what a crash leaves is a name that leads
to nothing, and never a row that no purge would find.
"""

import asyncio
from collections.abc import Awaitable, Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import batched

from azure.data.tables import TableEntity

from shared.domain.app_use import AppUse, UseOfDay, UseOfHour
from shared.storage.connection import StorageConnection
from shared.storage.filters import Filter
from shared.storage.keys import end_of, key, time_text
from shared.storage.large_bodies import LargeBodies
from shared.storage.rows import MOST_ROW_BYTES, Row, make_row
from shared.storage.table import Table

_HOUR, _DAY = "h", "d"
_MOST_INLINE_BYTES = MOST_ROW_BYTES // 3
"""Of JSON: a row takes two bytes for each character."""
_AT_ONCE = 16
_WRITTEN_AT_ONCE = 200
"""Hours of apps, some hundred kilobytes each at the very most: thousands may have been active."""


class TableRollUps:
    """One call of ``purge`` removes at most ``most_purged`` rows."""

    def __init__(self, connection: StorageConnection, most_purged: int = 50_000) -> None:
        self._connection = connection
        self._most_purged = most_purged
        self._bodies = LargeBodies(connection)

    async def replace_hour(self, stream: str, hour: datetime, uses: Mapping[str, AppUse]) -> None:
        named = _hour_partition(hour)
        index, table = await self._index(), await self._table()
        first = f"{key(stream)}|"
        known = [row async for row in index.query(Filter.partition(named, first, end_of(first)), ["appId"])]
        await index.upsert_all(
            make_row(named, key(stream, app_id), {"appId": app_id, "stream": stream}) for app_id in uses
        )
        for some in batched(uses.items(), _WRITTEN_AT_ONCE, strict=False):
            await table.upsert_all(
                [
                    await self._row(app_id, _hour_row(hour, stream), UseOfHour(hour=hour, stream=stream, use=use))
                    for app_id, use in some
                ]
            )
        await self._remove([row for row in known if row["appId"] not in uses], _hour_row(hour, stream))

    async def hours(self, app_id: str, start: datetime, end: datetime) -> list[UseOfHour]:
        where = Filter.partition(key(app_id), key(_HOUR, time_text(start)), key(_HOUR, time_text(end)))
        rows = (await self._table()).query(where)
        return [await self._bodies.read_body(row, UseOfHour) async for row in rows]

    async def replace_day(self, app_id: str, day: UseOfDay) -> None:
        columns = {"appId": app_id}
        await (await self._index()).upsert(make_row(_day_partition(day.day), key(app_id), columns))
        await (await self._table()).upsert(await self._row(app_id, _day_row(day.day), day))

    async def days(self, app_id: str, start: date, end: date) -> list[UseOfDay]:
        where = Filter.partition(key(app_id), _day_row(start), _day_row(end))
        rows = (await self._table()).query(where)
        return [await self._bodies.read_body(row, UseOfDay) async for row in rows]

    async def active_apps(self, day: date) -> list[str]:
        start = datetime.combine(day, time(), UTC)
        where = Filter().where("PartitionKey", "ge", _hour_partition(start))
        where.where("PartitionKey", "lt", _hour_partition(start + timedelta(days=1)))
        return sorted({row["appId"] async for row in (await self._index()).query(where, ["appId"])})

    async def purge(self, before_hours: datetime, before_days: date) -> int:
        hours = await self._purge(f"{_HOUR}|", _hour_partition(before_hours), self._most_purged)
        return hours + await self._purge(f"{_DAY}|", _day_partition(before_days), self._most_purged - hours)

    async def _purge(self, first: str, end: str, most: int) -> int:
        """Of partitions of the index from ``first`` up to but without ``end``, the oldest first."""
        where = Filter().where("PartitionKey", "ge", first).where("PartitionKey", "lt", end)
        found = [row async for row in (await self._index()).first(where, most, ["appId", "stream"])]
        for row in batched(found, _AT_ONCE * 10, strict=False):
            await self._remove(row, None)
        return len(found)

    async def _remove(self, named: Iterable[TableEntity], row: str | None) -> None:
        """What these rows of the index name, then the rows themselves. ``row`` is the row key of all, if it is one."""
        table, index = await self._table(), await self._index()
        rows = list(named)
        await _some_at_once(table.delete(key(each["appId"]), row or _row_named(each)) for each in rows)
        await _some_at_once(index.delete(each["PartitionKey"], each["RowKey"]) for each in rows)

    async def _row(self, app_id: str, row: str, body: UseOfHour | UseOfDay) -> Row:
        return await self._bodies.make_row(key(app_id), row, {}, body, _MOST_INLINE_BYTES)

    async def _table(self) -> Table:
        return await self._connection.table("rollups")

    async def _index(self) -> Table:
        return await self._connection.table("rolledup")


async def _some_at_once(deletions: Iterable[Awaitable[None]]) -> None:
    free = asyncio.Semaphore(_AT_ONCE)

    async def run(deletion: Awaitable[None]) -> None:
        async with free:
            await deletion

    for outcome in await asyncio.gather(*map(run, deletions), return_exceptions=True):
        if outcome is not None:
            raise outcome


def _row_named(row: TableEntity) -> str:
    kind, _, when = row["PartitionKey"].partition("|")
    return key(kind, when, row["stream"]) if kind == _HOUR else key(kind, when)


def _hour_row(hour: datetime, stream: str) -> str:
    return key(_HOUR, time_text(hour), stream)


def _hour_partition(hour: datetime) -> str:
    return key(_HOUR, time_text(hour))


def _day_row(day: date) -> str:
    return key(_DAY, day.isoformat())


def _day_partition(day: date) -> str:
    return key(_DAY, day.isoformat())
