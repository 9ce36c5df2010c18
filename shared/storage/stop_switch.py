"""The switch that stops remediation, in the table ``remediationstop``: the row ``state`` and its history."""

from shared.domain.alerts import HistoryEntry
from shared.domain.remediation_records import StopSwitch, VersionedStopSwitch
from shared.storage.connection import StorageConnection
from shared.storage.filters import Filter
from shared.storage.keys import end_of
from shared.storage.rows import make_row, read_body, version_of
from shared.storage.table import Batch, Table

_PARTITION, _STATE, _HISTORY = "remediation", "state", "h|"


class TableStopSwitch:
    def __init__(self, connection: StorageConnection) -> None:
        self._connection = connection

    async def read(self) -> VersionedStopSwitch:
        row = await (await self._table()).get(_PARTITION, _STATE)
        if row is None:
            return VersionedStopSwitch(switch=StopSwitch())
        entries = await self.history()
        return VersionedStopSwitch(
            switch=read_body(row, StopSwitch), version=version_of(row), last_history=entries[-1] if entries else None
        )

    async def write(self, switch: StopSwitch, entry: HistoryEntry, version: str | None) -> None:
        batch = Batch()
        state = make_row(_PARTITION, _STATE, body=switch)
        if version is None:
            batch.insert(state)
        else:
            batch.replace(state, version)
        batch.insert(make_row(_PARTITION, f"{_HISTORY}{entry.sequence:06}", body=entry))
        await (await self._table()).commit(batch)

    async def history(self) -> list[HistoryEntry]:
        """Oldest first."""
        where = Filter.partition(_PARTITION, _HISTORY, end_of(_HISTORY))
        return [read_body(row, HistoryEntry) async for row in (await self._table()).query(where)]

    async def _table(self) -> Table:
        return await self._connection.table("remediationstop")
