"""Conditions of the service's own work that have not ended: one row each in the table ``conditions``."""

from datetime import datetime

from shared.domain.built_in import OperatorKind
from shared.domain.errors import Conflict
from shared.domain.operator_conditions import OpenCondition
from shared.storage.connection import StorageConnection
from shared.storage.filters import Filter
from shared.storage.keys import key
from shared.storage.rows import make_row, read_body
from shared.storage.table import Batch, Table

_PARTITION = "open"


class TableOperatorConditions:
    def __init__(self, connection: StorageConnection) -> None:
        self._connection = connection

    async def open(self) -> list[OpenCondition]:
        table = await self._table()
        return [read_body(row, OpenCondition) async for row in table.query(Filter.partition(_PARTITION))]

    async def begin(self, kind: OperatorKind, subject: str, now: datetime) -> OpenCondition:
        """The condition with the time of whoever found it first."""
        row = key(kind, subject)
        batch = Batch()
        begun = OpenCondition(kind=kind, subject=subject, since=now)
        batch.insert(make_row(_PARTITION, row, body=begun))
        table = await self._table()
        try:
            await table.commit(batch)
        except Conflict:
            stored = await table.get(_PARTITION, row)
            return read_body(stored, OpenCondition) if stored is not None else begun
        return begun

    async def end(self, condition: OpenCondition) -> None:
        await (await self._table()).delete(_PARTITION, key(condition.kind, condition.subject))

    async def _table(self) -> Table:
        return await self._connection.table("conditions")
