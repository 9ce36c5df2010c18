"""Objects of the directory that somebody wants read again, in the table ``apprequests``: a row for each."""

from collections.abc import Mapping, Sequence

from shared.domain.errors import Conflict
from shared.storage.connection import StorageConnection
from shared.storage.filters import Filter
from shared.storage.keys import key
from shared.storage.rows import check_schema, make_row, version_of
from shared.storage.table import Table

_PARTITION = "wanted"


class TableAppRequests:
    """Each request gives the row a new version, so one that is made while an older one is served is not lost."""

    def __init__(self, connection: StorageConnection) -> None:
        self._connection = connection

    async def want(self, object_ids: Sequence[str]) -> None:
        rows = [make_row(_PARTITION, key(each), {"objectId": each}) for each in dict.fromkeys(object_ids)]
        await (await self._table()).upsert_all(rows)

    async def wanted(self, most: int) -> dict[str, str]:
        table = await self._table()
        found: dict[str, str] = {}
        async for row in table.first(Filter.partition(_PARTITION), most):
            check_schema(row)
            found[row["objectId"]] = version_of(row)
        return found

    async def done(self, requests: Mapping[str, str]) -> None:
        table = await self._table()
        for object_id, version in requests.items():
            try:
                await table.delete(_PARTITION, key(object_id), version)
            except Conflict:
                continue  # It was wanted again, or another host served it.

    async def _table(self) -> Table:
        return await self._connection.table("apprequests")
