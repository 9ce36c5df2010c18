"""How far the reading of the reports of use has come, in the table ``usagereads``: one row, moved by its ETag."""

from shared.domain.usage_reads import UsageState, VersionedUsage
from shared.storage.connection import StorageConnection
from shared.storage.rows import make_row, read_body, version_of
from shared.storage.table import Table

_PARTITION, _ROW = "usage", "state"


class TableUsageReads:
    def __init__(self, connection: StorageConnection) -> None:
        self._connection = connection

    async def state(self) -> VersionedUsage:
        row = await (await self._table()).get(_PARTITION, _ROW)
        if row is None:
            return VersionedUsage(UsageState(), None)
        return VersionedUsage(read_body(row, UsageState), version_of(row))

    async def move(self, state: UsageState, version: str | None) -> str:
        table = await self._table()
        row = make_row(_PARTITION, _ROW, body=state)
        return await table.insert(row) if version is None else await table.replace(row, version)

    async def _table(self) -> Table:
        return await self._connection.table("usagereads")
