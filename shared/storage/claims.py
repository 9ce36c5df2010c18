"""Which run works under a name, in the table ``claims``: a row per name, taken by its ETag."""

from datetime import datetime, timedelta

from msgspec import Struct

from shared.domain.errors import Conflict
from shared.storage.connection import StorageConnection
from shared.storage.keys import key
from shared.storage.rows import Row, make_row, read_body, version_of
from shared.storage.table import Table

_PARTITION = "run"
_LONGEST = timedelta(hours=1)
"""A claim that ends later than this was made by a clock that has been put right since."""


class _Claim(Struct, frozen=True):
    run_id: str
    until: datetime

    def is_held(self, now: datetime) -> bool:
        return timedelta(0) < self.until - now <= _LONGEST


class TableRunClaims:
    def __init__(self, connection: StorageConnection) -> None:
        self._connection = connection

    async def claim(self, name: str, run_id: str, until: datetime, now: datetime) -> bool:
        """Raises ValueError for a claim of more than an hour."""
        if until - now > _LONGEST:
            raise ValueError(f"a run may be claimed for {_LONGEST}, no longer")
        table = await self._table()
        row: Row = make_row(_PARTITION, key(name), body=_Claim(run_id, until))
        found = await table.get(_PARTITION, key(name))
        try:
            if found is None:
                await table.insert(row)
            else:
                held = read_body(found, _Claim)
                if held.run_id != run_id and held.is_held(now):
                    return False
                await table.replace(row, version_of(found))
        except Conflict:
            return await self._is_holder(table, name, run_id)
        return True

    async def release(self, name: str, run_id: str) -> None:
        table = await self._table()
        found = await table.get(_PARTITION, key(name))
        if found is None or read_body(found, _Claim).run_id != run_id:
            return
        try:
            await table.delete(_PARTITION, key(name), version_of(found))
        except Conflict:
            return  # It had run out, and another run took it just now.

    async def _is_holder(self, table: Table, name: str, run_id: str) -> bool:
        """The answer to a write that succeeded can be lost, and its repetition is then refused."""
        found = await table.get(_PARTITION, key(name))
        return found is not None and read_body(found, _Claim).run_id == run_id

    async def _table(self) -> Table:
        return await self._connection.table("claims")
