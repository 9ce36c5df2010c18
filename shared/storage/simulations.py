"""The simulations that were asked for, in the table ``simulations``: one partition, a row for each.

Their results are blobs of the container ``simulations``: one is read whole, and too large for a row.
"""

from datetime import datetime

import msgspec
from azure.core.exceptions import ResourceNotFoundError

from shared.domain.errors import Conflict, NotFound
from shared.domain.simulations import Simulation, SimulationResult
from shared.storage.connection import StorageConnection
from shared.storage.errors import translated
from shared.storage.filters import Filter
from shared.storage.keys import key, time_text
from shared.storage.rows import Row, check_schema, make_row, read_body, version_of
from shared.storage.table import Table

_NAME = "simulations"
_PARTITION = "simulation"
_NO, _YES = "no", "yes"


class TableSimulations:
    def __init__(self, connection: StorageConnection) -> None:
        self._connection = connection

    async def add(self, simulation: Simulation) -> str:
        """Raises Conflict if there is one of this id."""
        return await (await self._table()).insert(_row(simulation))

    async def get(self, simulation_id: str) -> tuple[Simulation, str] | None:
        row = await (await self._table()).get(_PARTITION, key(simulation_id))
        return (read_body(row, Simulation), version_of(row)) if row is not None else None

    async def move(self, simulation: Simulation, version: str) -> str:
        return await (await self._table()).replace(_row(simulation), version)

    async def waiting(self, before: datetime) -> tuple[Simulation, ...]:
        where = Filter.partition(_PARTITION).where("finished", "eq", _NO)
        rows = (await self._table()).query(where.where("created", "lt", time_text(before)))
        return tuple([read_body(row, Simulation) async for row in rows])

    async def write_result(self, name: str, result: SimulationResult) -> None:
        container = await self._connection.container(_NAME)
        with translated():
            await container.upload_blob(name, msgspec.json.encode(result), overwrite=True)

    async def read_result(self, name: str) -> SimulationResult:
        container = await self._connection.container(_NAME)
        with translated():
            try:
                download = await container.download_blob(name)
                content: bytes = await download.readall()
            except ResourceNotFoundError as error:
                raise NotFound("the result of a simulation") from error
        return msgspec.json.decode(content, type=SimulationResult)

    async def purge(self, now: datetime) -> int:
        """The results first: of a simulation whose row has gone nobody would find them again."""
        table, purged = await self._table(), 0
        where = Filter.partition(_PARTITION).where("expires", "le", time_text(now))
        async for row in table.query(where, ["simulationId", "Timestamp"]):
            check_schema(row)
            await self._remove_results(row["simulationId"])
            try:
                await table.delete(_PARTITION, row["RowKey"], version_of(row))
            except Conflict:
                continue  # It was asked for again just now, or still runs: the next purge sees to it.
            purged += 1
        return purged

    async def _remove_results(self, simulation_id: str) -> None:
        """Those of all attempts."""
        container = await self._connection.container(_NAME)
        with translated():
            async for name in container.list_blob_names(name_starts_with=f"{simulation_id}/"):
                await container.delete_blob(name)

    async def _table(self) -> Table:
        return await self._connection.table(_NAME)


def _row(simulation: Simulation) -> Row:
    columns = {
        "simulationId": simulation.id,
        "created": time_text(simulation.created),
        "expires": time_text(simulation.expires),
        "finished": _YES if simulation.is_finished else _NO,
    }
    return make_row(_PARTITION, key(simulation.id), columns, simulation)
