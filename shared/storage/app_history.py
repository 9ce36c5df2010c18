"""The list as it was on former days: a snapshot a day beside the list, and a row of numbers in ``inventorydays``.

A snapshot is a file like a base, named by its day, with all changes merged. It is written once and before the row, so
a day without a row is merely written again.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from msgspec import Struct

from shared.domain.app_summaries import AppCounts, AppQuery
from shared.domain.errors import Conflict
from shared.domain.inventory_days import ChangesSince, InventoryDay
from shared.storage.app_history_changes import changes_between
from shared.storage.app_list import BlobAppList
from shared.storage.app_list_counts import counts
from shared.storage.app_list_file import ListFile
from shared.storage.app_list_rows import consented_users
from shared.storage.connection import StorageConnection
from shared.storage.filters import Filter
from shared.storage.page_tokens import read_token, write_token
from shared.storage.rows import make_row, read_body
from shared.storage.table import Table

SNAPSHOTS_KEPT = timedelta(days=100)
DAYS_KEPT = timedelta(days=400)

_SNAPSHOTS, _SUFFIX = "day-", ".sqlite.gz"
_PARTITION = "day"
_MOST_OPEN = 2
"""Snapshots that this host keeps on disk: the one that people page through, and the one that numbers are taken from."""


class _Next(Struct, frozen=True):
    """It holds for one snapshot only."""

    day: date
    app_id: str


class BlobAppHistory:
    def __init__(self, connection: StorageConnection, app_list: BlobAppList) -> None:
        self._connection = connection
        self._list = app_list
        self._opened: OrderedDict[date, ListFile] = OrderedDict()
        self._opening = asyncio.Lock()

    async def record(self, now: datetime) -> InventoryDay | None:
        day = now.astimezone(UTC).date()
        table = await self._table()
        if await table.get(_PARTITION, day.isoformat()) is not None:
            return None
        current = await self._list.current()
        if current is None:
            return None
        copy = await self._copied(current)
        found = await asyncio.to_thread(copy.read, lambda state: counts(state, AppQuery(), now))
        await self._list.blobs.upload(_name(day), copy.path)
        recorded = _day_of(found, day, now)
        try:
            await table.insert(make_row(_PARTITION, day.isoformat(), body=recorded))
        except Conflict:
            return None  # Another host was faster.
        return recorded

    async def days(self, since: date) -> tuple[InventoryDay, ...]:
        where = Filter.partition(_PARTITION, since.isoformat())
        return tuple([read_body(row, InventoryDay) async for row in (await self._table()).query(where)])

    async def changes_since(self, day: date, top: int, after: str | None) -> ChangesSince | None:
        token = read_token(after, _Next) if after is not None else None
        first = next((kept for kept in await self._snapshots() if kept >= day), None)
        if token is not None and token.day != first:
            raise ValueError("a page of another day")
        current = await self._list.current()
        if first is None or current is None:
            return None
        then = await self._snapshot(first)
        after_app = token.app_id if token else ""
        changes, total = await asyncio.to_thread(changes_between, then, current, top + 1, after_app)
        shown = changes[:top]
        last = shown[-1].after or shown[-1].before if shown else None
        return ChangesSince(
            day=first,
            changes=shown,
            total=total,
            next=write_token(_Next(first, last.app_id)) if last and len(changes) > top else None,
        )

    async def consented_users(self, day: date, app_ids: Sequence[str]) -> dict[str, int] | None:
        kept = [each for each in await self._snapshots() if each <= day]
        if not kept:
            return None
        snapshot = await self._snapshot(kept[-1])
        return await asyncio.to_thread(snapshot.read, lambda state: consented_users(state, app_ids))

    async def purge(self, now: datetime) -> int:
        today = now.astimezone(UTC).date()
        snapshots = [day for day in await self._snapshots() if day < today - SNAPSHOTS_KEPT]
        await self._list.blobs.delete([_name(day) for day in snapshots])
        table = await self._table()
        where = Filter.partition(_PARTITION, None, (today - DAYS_KEPT).isoformat())
        rows = [row["RowKey"] async for row in table.query(where, [])]
        for row in rows:
            await table.delete(_PARTITION, row)
        return len(snapshots) + len(rows)

    async def _copied(self, current: ListFile) -> ListFile:
        path = self._list.files.new_path()
        await asyncio.to_thread(current.copy, path)
        return await asyncio.to_thread(ListFile, path)

    async def _snapshots(self) -> list[date]:
        """Oldest first."""
        names = await self._list.blobs.names(_SNAPSHOTS)
        return [date.fromisoformat(name.removeprefix(_SNAPSHOTS).removesuffix(_SUFFIX)) for name in names]

    async def _snapshot(self, day: date) -> ListFile:
        """One at a time, so that two readers do not fetch the same one. Raises NotFound if it was purged just now."""
        async with self._opening:
            file = self._opened.pop(day, None)
            if file is None:
                path = await self._list.blobs.download(_name(day))
                file = await asyncio.to_thread(ListFile, path)
            self._opened[day] = file
            while len(self._opened) > _MOST_OPEN:
                self._opened.popitem(last=False)
            return file

    async def _table(self) -> Table:
        return await self._connection.table("inventorydays")


def _name(day: date) -> str:
    return f"{_SNAPSHOTS}{day.isoformat()}{_SUFFIX}"


def _day_of(found: AppCounts, day: date, now: datetime) -> InventoryDay:
    return InventoryDay(
        day=day,
        taken=now,
        apps=found.total,
        by_trait=found.by_trait,
        by_privilege=found.by_privilege,
        by_origin=found.by_origin,
        by_consent=found.by_consent,
        consented_users=found.consented_users,
        risky=found.risky,
    )
