"""How many remediations wrote within the last hour: one row of the table ``remediationceiling``.

The row holds the id and time of each. All hosts change it by its version, so the ceiling holds exactly, however many
of them write at once.
"""

import asyncio
import random
from datetime import datetime, timedelta

from msgspec import Struct

from shared.domain.errors import Conflict, Unavailable
from shared.storage.connection import StorageConnection
from shared.storage.rows import make_row, read_body, version_of
from shared.storage.table import Table

_PARTITION, _ROW = "remediation", "lasthour"
_HOUR = timedelta(hours=1)
_MOST_TRIES = 20
_LONGEST_PAUSE_SECONDS = 0.1


class _Counted(Struct, frozen=True):
    remediation_id: str
    time: datetime


class TableCeiling:
    def __init__(self, connection: StorageConnection) -> None:
        self._connection = connection

    async def has_room(self, most: int, now: datetime) -> bool:
        counted, _ = await self._read(await self._table(), now)
        return len(counted) < most

    async def take(self, remediation_id: str, most: int, now: datetime) -> bool:
        """Raises Unavailable where others change the row all the time."""
        table = await self._table()
        for _ in range(_MOST_TRIES):
            counted, version = await self._read(table, now)
            if any(one.remediation_id == remediation_id for one in counted):
                return True
            if len(counted) >= most:
                return False
            row = make_row(_PARTITION, _ROW, body=[*counted, _Counted(remediation_id, now)])
            try:
                await (table.insert(row) if version is None else table.replace(row, version))
            except Conflict:
                await asyncio.sleep(random.uniform(0, _LONGEST_PAUSE_SECONDS))  # noqa: S311 -- guards nothing
                continue
            return True
        raise Unavailable(f"the ceiling changed {_MOST_TRIES} times meanwhile")

    async def _read(self, table: Table, now: datetime) -> tuple[list[_Counted], str | None]:
        row = await table.get(_PARTITION, _ROW)
        if row is None:
            return [], None
        return [one for one in read_body(row, list[_Counted]) if now - one.time < _HOUR], version_of(row)

    async def _table(self) -> Table:
        return await self._connection.table("remediationceiling")
