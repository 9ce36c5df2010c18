"""The timelines of apps, in the table ``timelines``: one row for each entry, newest first.

Partitions go by the first two characters of the app, so that the entries of a first read, one for each app, make
batches. Rows are ``app|all|inverted time|id``, and an entry has up to two more, in the same batch:

- ``app|id|id`` alone says that it is there, for the same thing may be told twice with another time.
- ``app|granted|inverted time|id``, where it tells of granted permissions: among the many of a busy app, finding them
  must not cost a read of all.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from shared.domain.activities import Activity
from shared.domain.errors import Conflict
from shared.domain.timeline import TimelineEntry, TimelinePage
from shared.storage.connection import StorageConnection
from shared.storage.filters import Filter
from shared.storage.keys import end_of, key, newest_first
from shared.storage.page_tokens import read_token, write_token
from shared.storage.rows import Row, make_row, read_body
from shared.storage.shortened import make_row_of
from shared.storage.table import MOST_PAGE_ROWS, Batch, Table

_ALL, _GRANTED, _ID = "all", "granted", "id"
_GRANTS: Final = frozenset(
    {Activity.CONSENT_GRANTED, Activity.GRANT_ADDED, Activity.GRANT_CHANGED, Activity.APP_ROLE_GRANTED}
)
_OBJECT = "object:"
"""Begins what stands for an app whose appId is not known: these would else share one partition."""
_KEPT = frozenset({"appId", "time", "id", "kind", "what", "sentence", "reference"})
_MOST_TOGETHER = 33
"""Entries of one batch, of up to three rows each."""
_ADDED_AT_ONCE = 8
_MOST_TRIES = 3


class _Place(Struct, frozen=True, forbid_unknown_fields=True):
    """The row key of the last entry shown."""

    row: str


class TableTimelines:
    def __init__(self, connection: StorageConnection) -> None:
        self._connection = connection

    async def add(self, entries: Iterable[TimelineEntry]) -> None:
        """After an error some are added and others not: repeat it all."""
        partitions: defaultdict[str, dict[str, TimelineEntry]] = defaultdict(dict)
        for entry in entries:
            partitions[_partition_of(entry.app_id)].setdefault(_id_row(entry), entry)
        table, free = await self._table(), asyncio.Semaphore(_ADDED_AT_ONCE)

        async def add(partition: str, absent: dict[str, TimelineEntry]) -> None:
            async with free:
                await _add(table, partition, absent)

        for outcome in await asyncio.gather(*(add(*each) for each in partitions.items()), return_exceptions=True):
            if outcome is not None:
                raise outcome

    async def page(self, app_id: str, top: int, after: str | None) -> TimelinePage:
        first, end = _range_of(app_id, _ALL)
        where = Filter.partition(_partition_of(app_id), first, end)
        if after is not None:
            last = read_token(after, _Place).row
            if not first <= last < end:
                raise ValueError("not a page token of this app")
            where.where("RowKey", "gt", last)
        top = max(1, min(top, MOST_PAGE_ROWS))
        rows = [row async for row in (await self._table()).first(where, top + 1)]
        entries = tuple(read_body(row, TimelineEntry) for row in rows[:top])
        is_last = len(rows) <= top
        return TimelinePage(entries=entries, next=None if is_last else write_token(_Place(rows[top - 1]["RowKey"])))

    async def grants(self, app_id: str, most: int) -> tuple[TimelineEntry, ...]:
        where = Filter.partition(_partition_of(app_id), *_range_of(app_id, _GRANTED))
        rows = [row async for row in (await self._table()).first(where, most)]
        return tuple(read_body(row, TimelineEntry) for row in rows)

    async def _table(self) -> Table:
        return await self._connection.table("timelines")


async def _add(table: Table, partition: str, entries: dict[str, TimelineEntry]) -> None:
    """Entries by their id rows. A batch that meets one that is there fails whole: only then it is asked which."""
    absent, tries = dict(entries), 0
    while absent:
        batch, added = _batch_of(partition, absent)
        try:
            await table.commit(batch)
        except Conflict:
            tries += 1
            if tries == _MOST_TRIES:
                raise
            added = [row["RowKey"] for row in await table.get_all((partition, row) for row in added)]
        for row in added:
            del absent[row]


def _batch_of(partition: str, absent: dict[str, TimelineEntry]) -> tuple[Batch, list[str]]:
    """As many as fit, and at least one."""
    batch, added = Batch(), list[str]()
    for id_row, entry in absent.items():
        rows = [make_row(partition, id_row), *_rows_of(partition, entry)]
        if len(added) == _MOST_TOGETHER or not all(map(batch.takes_easily, rows)):
            break
        for row in rows:
            batch.insert(row)
        added.append(id_row)
    return batch, added


def _rows_of(partition: str, entry: TimelineEntry) -> Iterator[Row]:
    for kind in (_ALL, _GRANTED) if entry.what in _GRANTS else (_ALL,):
        row = key(entry.app_id, kind, newest_first(entry.time), entry.id)
        yield make_row_of(partition, row, None, entry, _KEPT)


def _id_row(entry: TimelineEntry) -> str:
    return key(entry.app_id, _ID, entry.id)


def _range_of(app_id: str, kind: str) -> tuple[str, str]:
    first = f"{key(app_id, kind)}|"
    return first, end_of(first)


def _partition_of(app_id: str) -> str:
    return key(app_id.removeprefix(_OBJECT)[:2])
