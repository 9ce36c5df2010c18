"""How far the reading of the directory has come, in the table ``inventoryreads``: one row, moved by its ETag."""

from shared.domain.inventory_reads import InventoryState, VersionedState
from shared.storage.connection import StorageConnection
from shared.storage.rows import make_row, read_body, version_of
from shared.storage.table import Table

_PARTITION, _ROW = "directory", "state"


class TableInventoryReads:
    def __init__(self, connection: StorageConnection) -> None:
        self._connection = connection

    async def state(self) -> VersionedState:
        row = await (await self._table()).get(_PARTITION, _ROW)
        if row is None:
            return VersionedState(InventoryState(), None)
        return VersionedState(read_body(row, InventoryState), version_of(row))

    async def move(self, state: InventoryState, version: str | None) -> str:
        table = await self._table()
        row = make_row(_PARTITION, _ROW, body=state)
        return await table.insert(row) if version is None else await table.replace(row, version)

    async def _table(self) -> Table:
        return await self._connection.table("inventoryreads")
