"""What was begun and must be finished, in the table ``intents``: one row per alert that may be unsettled."""

from collections.abc import AsyncIterator
from datetime import datetime

from shared.domain.errors import Conflict
from shared.storage.connection import StorageConnection
from shared.storage.filters import Filter
from shared.storage.keys import key, time_text
from shared.storage.rows import check_schema, make_row, version_of
from shared.storage.table import Table

_PARTITION = "alert"


class TableIntents:
    """Every ``open`` gives the row a new version, so ``close`` never removes an intent it has not seen."""

    def __init__(self, connection: StorageConnection) -> None:
        self._connection = connection

    async def open(self, alert_id: str, now: datetime) -> None:
        table = await self._table()
        await table.upsert(make_row(_PARTITION, key(alert_id), {"alertId": alert_id, "opened": time_text(now)}))

    async def version(self, alert_id: str) -> str | None:
        row = await (await self._table()).get(_PARTITION, key(alert_id))
        return version_of(row) if row is not None else None

    async def close(self, alert_id: str, version: str) -> None:
        table = await self._table()
        try:
            await table.delete(_PARTITION, key(alert_id), version)
        except Conflict:
            return  # It was opened again since, or somebody else closed it.

    async def older_than(self, moment: datetime) -> AsyncIterator[str]:
        """Reads the whole partition, which holds what is unsettled and no more."""
        table = await self._table()
        where = Filter.partition(_PARTITION).where("opened", "lt", time_text(moment))
        async for row in table.query(where, ["alertId"]):
            check_schema(row)
            yield row["alertId"]

    async def _table(self) -> Table:
        return await self._connection.table("intents")
