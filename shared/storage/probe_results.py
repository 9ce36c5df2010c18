"""The last conclusive probe of our own authentication, in the table ``probes``: one row that all instances read."""

from shared.domain.probes import ProbeResult
from shared.storage.connection import StorageConnection
from shared.storage.rows import make_row, read_body

_PARTITION, _ROW = "authentication", "last"


class TableProbeResults:
    def __init__(self, connection: StorageConnection) -> None:
        self._connection = connection

    async def last(self) -> ProbeResult | None:
        row = await (await self._connection.table("probes")).get(_PARTITION, _ROW)
        return read_body(row, ProbeResult) if row is not None else None

    async def record(self, result: ProbeResult) -> None:
        await (await self._connection.table("probes")).upsert(make_row(_PARTITION, _ROW, body=result))
