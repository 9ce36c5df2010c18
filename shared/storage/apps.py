"""The inventory's apps, in the table ``apps``: partitions by the first character of the appId.

Each partition has one more row, ``~unjudged``, while apps of it wait to be judged. It is written in the batch that
writes the apps, so none is ever saved without it.
"""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby

from shared.domain.apps import App
from shared.domain.errors import Conflict
from shared.domain.mirror import SLICES
from shared.storage.connection import StorageConnection
from shared.storage.filters import Filter
from shared.storage.keys import key, time_text
from shared.storage.rows import Row, check_schema, make_row, read_body, version_of
from shared.storage.shortened import make_row_of
from shared.storage.table import Batch, Table

_UNJUDGED = "~unjudged"
"""No key of an app can be this: ``~`` only begins escaped characters, which are numbers."""

_KEPT = frozenset(
    {"appId", "servicePrincipalId", "applicationObjectId", "firstSeen", "modified", "deleted", "recoverableUntil"}
)


class TableApps:
    def __init__(self, connection: StorageConnection) -> None:
        self._connection = connection

    async def save(self, apps: Sequence[App], now: datetime, since: Mapping[str, str | None] | None = None) -> set[str]:
        """Of two apps with one appId, the last counts. One that is too large for a row is stored shortened: what is
        missing then reads as unknown.
        """
        table = await self._table()
        latest = {app.app_id: app for app in apps}
        ordered = sorted(latest.values(), key=lambda app: _partition_of(app.app_id))
        touched = set()
        for partition, members in groupby(ordered, key=lambda app: _partition_of(app.app_id)):
            touched.add(partition)
            for batch in _batches(partition, members, now, since or {}):
                await table.commit(batch)
        return touched

    async def get(self, app_ids: Sequence[str]) -> dict[str, App]:
        """Those that are known."""
        return {app_id: app for app_id, (app, _) in (await self.versions(app_ids)).items()}

    async def versions(self, app_ids: Sequence[str]) -> dict[str, tuple[App, str]]:
        table = await self._table()
        rows = await table.get_all((_partition_of(app_id), key(app_id)) for app_id in dict.fromkeys(app_ids))
        found = [(read_body(row, App), version_of(row)) for row in rows]
        return {app.app_id: (app, version) for app, version in found}

    async def all(self) -> AsyncIterator[App]:
        """A read for each thousand."""
        table = await self._table()
        async for row in table.query(Filter().where("RowKey", "ne", _UNJUDGED)):
            yield read_body(row, App)

    async def in_partition(self, partition: str) -> list[App]:
        table = await self._table()
        where = Filter.partition(partition).where("RowKey", "ne", _UNJUDGED)
        return [read_body(row, App) async for row in table.query(where)]

    async def unjudged(self, partition: str) -> str | None:
        row = await (await self._table()).get(partition, _UNJUDGED)
        return version_of(row) if row is not None else None

    async def all_unjudged(self) -> dict[str, datetime]:
        """A read for each partition there can be: 16, all at once. No index leads to these rows."""
        rows = await (await self._table()).get_all((partition, _UNJUDGED) for partition in SLICES)
        for row in rows:
            check_schema(row)
        return {row["PartitionKey"]: datetime.fromisoformat(f"{row['since']}+00:00") for row in rows}

    async def note_unjudged(self, partitions: Sequence[str], since: datetime) -> None:
        await (await self._table()).upsert_all(_note(partition, since) for partition in dict.fromkeys(partitions))

    async def note_judged(self, partition: str, version: str) -> None:
        table = await self._table()
        try:
            await table.delete(partition, _UNJUDGED, version)
        except Conflict:
            return  # Apps changed since, or another host was faster.

    async def _table(self) -> Table:
        return await self._connection.table("apps")


def _batches(partition: str, apps: Iterator[App], now: datetime, since: Mapping[str, str | None]) -> Iterator[Batch]:
    batch = _noting(partition, now)
    for app in apps:
        row = make_row_of(partition, key(app.app_id), None, app, _KEPT)
        if not batch.takes_easily(row):
            yield batch
            batch = _noting(partition, now)
        _add(batch, app.app_id, row, since)
    yield batch


def _noting(partition: str, now: datetime) -> Batch:
    batch = Batch()
    batch.upsert(_note(partition, now))
    return batch


def _add(batch: Batch, app_id: str, row: Row, since: Mapping[str, str | None]) -> None:
    version = since.get(app_id)
    if version is not None:
        batch.replace(row, version)
    elif app_id in since:
        batch.insert(row)
    else:
        batch.upsert(row)


def _note(partition: str, since: datetime) -> Row:
    return make_row(partition, _UNJUDGED, {"since": time_text(since)})


def _partition_of(app_id: str) -> str:
    return key(app_id[:1])
