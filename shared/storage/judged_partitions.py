"""By which rules each partition of apps was judged last, in the table ``judged``: one partition, read at once."""

from shared.domain.standing import JudgedPartition
from shared.storage.connection import StorageConnection
from shared.storage.filters import Filter
from shared.storage.keys import key
from shared.storage.rows import make_row, read_body
from shared.storage.table import Table

_PARTITION = "apps"


class TableJudgedPartitions:
    def __init__(self, connection: StorageConnection) -> None:
        self._connection = connection

    async def all(self) -> dict[str, JudgedPartition]:
        table = await self._table()
        read = [read_body(row, JudgedPartition) async for row in table.query(Filter.partition(_PARTITION))]
        return {one.partition: one for one in read}

    async def note(self, judged: JudgedPartition) -> None:
        await (await self._table()).upsert(make_row(_PARTITION, key(judged.partition), body=judged))

    async def _table(self) -> Table:
        return await self._connection.table("judged")
