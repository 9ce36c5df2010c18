"""The exports that were asked for, in the table ``exports``: one partition with those of a day, a row for each."""

from datetime import datetime

from shared.domain.errors import Conflict
from shared.domain.exports import Export
from shared.storage.connection import StorageConnection
from shared.storage.export_files import BlobExportFiles
from shared.storage.filters import Filter
from shared.storage.keys import key, time_text
from shared.storage.rows import Row, check_schema, make_row, read_body, version_of
from shared.storage.table import Table

_PARTITION = "export"
_NO, _YES = "no", "yes"


class TableExports:
    def __init__(self, connection: StorageConnection) -> None:
        self._connection = connection
        self._files = BlobExportFiles(connection)

    async def add(self, export: Export) -> str:
        """Raises Conflict if there is one of this id."""
        return await (await self._table()).insert(_row(export))

    async def get(self, export_id: str) -> tuple[Export, str] | None:
        row = await (await self._table()).get(_PARTITION, key(export_id))
        return (read_body(row, Export), version_of(row)) if row is not None else None

    async def move(self, export: Export, version: str) -> str:
        return await (await self._table()).replace(_row(export), version)

    async def waiting(self, before: datetime) -> tuple[Export, ...]:
        where = Filter.partition(_PARTITION).where("finished", "eq", _NO)
        rows = (await self._table()).query(where.where("created", "lt", time_text(before)))
        return tuple([read_body(row, Export) async for row in rows])

    async def purge(self, now: datetime) -> int:
        """The files first: of an export whose row has gone nobody would find them again."""
        table, purged = await self._table(), 0
        where = Filter.partition(_PARTITION).where("expires", "le", time_text(now))
        async for row in table.query(where, ["exportId", "Timestamp"]):
            check_schema(row)
            await self._files.remove(row["exportId"])
            try:
                await table.delete(_PARTITION, row["RowKey"], version_of(row))
            except Conflict:
                continue  # It was asked for again just now, or is still being built: the next purge sees to it.
            purged += 1
        return purged

    async def _table(self) -> Table:
        return await self._connection.table("exports")


def _row(export: Export) -> Row:
    columns = {
        "exportId": export.id,
        "created": time_text(export.created),
        "expires": time_text(export.expires),
        "finished": _YES if export.is_finished else _NO,
    }
    return make_row(_PARTITION, key(export.id), columns, export)
