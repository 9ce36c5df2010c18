"""Remediations in the table ``remediations``: a partition holds all of one app.

Rows: ``000000|head`` says which one is unfinished, and its version is that of all of them, so that no two are active
at once and an undo changes both remediations in one commit; ``k|hash`` leads from a caller's key to what it made; then
by number ``r`` (the remediation), ``h|sequence`` (its history) and ``s`` (the snapshot, which may lie in a blob).
"""

import hashlib
from collections.abc import Sequence

import msgspec
from azure.data.tables import TableEntity

from shared.domain.alerts import HistoryEntry
from shared.domain.remediation_records import (
    AppRemediations,
    RecordedChange,
    RemediationChange,
    RequestKey,
    VersionedRemediation,
)
from shared.domain.remediations import Remediation, Snapshot, app_hash, split_remediation_id
from shared.storage.connection import StorageConnection
from shared.storage.filters import Filter
from shared.storage.keys import end_of, key
from shared.storage.large_bodies import LargeBodies
from shared.storage.rows import Row, check_schema, make_row, read_body, version_of
from shared.storage.table import Batch, Table

_HEAD = "000000|head"
_MOST_INLINE_BYTES = 64 * 1024
"""Of a snapshot: an app with thousands of grants has a large one, and the row shares its batch with others."""


class TableRemediations:
    def __init__(self, connection: StorageConnection) -> None:
        self._connection = connection
        self._snapshots = LargeBodies(connection)

    async def of_app(self, app_id: str) -> AppRemediations:
        head = await (await self._table()).get(app_hash(app_id), _HEAD)
        return _app_of(head) if head is not None else AppRemediations(app_id=app_id)

    async def get(self, remediation_id: str) -> VersionedRemediation | None:
        place = split_remediation_id(remediation_id)
        if place is None:
            return None
        partition, number = place
        table = await self._table()
        # The head first: a remediation that is newer than it makes the next commit fail, never overwrite.
        head = await table.get(partition, _HEAD)
        row = await table.get(partition, _row(number, "r"))
        if head is None or row is None:
            return None
        return VersionedRemediation(
            remediation=read_body(row, Remediation),
            etag=version_of(row),
            app=_app_of(head),
            last_history=(await self.history(remediation_id))[-1],
        )

    async def get_all(self, remediation_ids: Sequence[str]) -> list[Remediation]:
        places = [place for place in map(split_remediation_id, remediation_ids) if place is not None]
        rows = await (await self._table()).get_all((partition, _row(number, "r")) for partition, number in places)
        return [read_body(row, Remediation) for row in rows]

    async def commit(self, change: RemediationChange) -> VersionedRemediation:
        partition, app = app_hash(change.app.app_id), change.app
        for record in change.records:
            app = app.after(record.remediation, _number_of(record.remediation))
        first = change.records[0]
        batch = Batch()
        head = make_row(partition, _HEAD, body=msgspec.structs.replace(app, version=None))
        if change.app.version is None:
            batch.insert(head)
        else:
            batch.replace(head, change.app.version)
        for row in _rows_of(partition, change.records):
            batch.upsert(row)
        for entry in _entries_of(partition, change.records):
            batch.insert(entry)
        if change.snapshot is not None:
            batch.upsert(await self._snapshot_row(partition, _number_of(first.remediation), change.snapshot))
        if change.request_key is not None:
            columns = {"remediationId": first.remediation.id}
            batch.insert(make_row(partition, _key_row(change.request_key), columns))
        versions = await (await self._table()).commit(batch)
        return VersionedRemediation(
            remediation=first.remediation,
            etag=str(versions[1]),
            app=msgspec.structs.replace(app, version=str(versions[0])),
            last_history=first.entry or (await self.history(first.remediation.id))[-1],
        )

    async def history(self, remediation_id: str) -> list[HistoryEntry]:
        """Oldest first."""
        place = split_remediation_id(remediation_id)
        if place is None:
            return []
        partition, number = place
        prefix = _row(number, "h|")
        table = await self._table()
        where = Filter.partition(partition, prefix, end_of(prefix))
        return [read_body(row, HistoryEntry) async for row in table.query(where)]

    async def snapshot(self, remediation_id: str) -> Snapshot | None:
        place = split_remediation_id(remediation_id)
        if place is None:
            return None
        row = await (await self._table()).get(place[0], _row(place[1], "s"))
        return await self._snapshots.read_body(row, dict) if row is not None else None

    async def requested_by_key(self, app_id: str, key: RequestKey) -> str | None:
        row = await (await self._table()).get(app_hash(app_id), _key_row(key))
        if row is None:
            return None
        check_schema(row)
        return str(row["remediationId"])

    async def _snapshot_row(self, partition: str, number: int, snapshot: Snapshot) -> Row:
        return await self._snapshots.make_row(partition, _row(number, "s"), {}, snapshot, _MOST_INLINE_BYTES)

    async def _table(self) -> Table:
        return await self._connection.table("remediations")


def _app_of(head: TableEntity) -> AppRemediations:
    return msgspec.structs.replace(read_body(head, AppRemediations), version=version_of(head))


def _rows_of(partition: str, records: tuple[RecordedChange, ...]) -> list[Row]:
    return [
        make_row(partition, _row(_number_of(record.remediation), "r"), body=record.remediation) for record in records
    ]


def _entries_of(partition: str, records: tuple[RecordedChange, ...]) -> list[Row]:
    return [
        make_row(partition, _row(_number_of(record.remediation), f"h|{record.entry.sequence:06}"), body=record.entry)
        for record in records
        if record.entry is not None
    ]


def _row(number: int, kind: str) -> str:
    return f"{number:06}|{kind}"


def _number_of(remediation: Remediation) -> int:
    place = split_remediation_id(remediation.id)
    if place is None:
        raise ValueError("not the id of a remediation")
    return place[1]


def _key_row(request: RequestKey) -> str:
    named = msgspec.json.encode((request.caller_id, request.key))
    return key("k", hashlib.sha256(named).hexdigest())
