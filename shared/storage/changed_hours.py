"""Hours whose events are not all rolled up yet, in the table ``changedhours``: one partition, the oldest first.

There are at most as many rows as there are streams and hours in the window that is rolled up, some thousands.
"""

from collections.abc import Sequence
from datetime import datetime

from shared.domain.archived_events import HourOfStream
from shared.domain.errors import Conflict
from shared.storage.connection import StorageConnection
from shared.storage.filters import Filter
from shared.storage.keys import key, time_text
from shared.storage.rows import make_row, read_body, version_of
from shared.storage.table import Table

_HOURS = "hours"


class TableChangedHours:
    def __init__(self, connection: StorageConnection) -> None:
        self._connection = connection

    async def note(self, hours: Sequence[HourOfStream]) -> None:
        noted = {_row_of(hour): hour for hour in hours}
        rows = [make_row(_HOURS, row, None, (hour.stream, hour.hour)) for row, hour in noted.items()]
        await (await self._table()).upsert_all(rows)

    async def first(self, most: int) -> list[HourOfStream]:
        found: list[HourOfStream] = []
        async for row in (await self._table()).first(Filter.partition(_HOURS), most):
            stream, hour = read_body(row, tuple[str, datetime])
            found.append(HourOfStream(stream=stream, hour=hour, version=version_of(row)))
        return found

    async def done(self, hour: HourOfStream) -> None:
        if hour.version is None:
            return
        try:
            await (await self._table()).delete(_HOURS, _row_of(hour), hour.version)
        except Conflict:
            return  # Noted again since: the next run counts it again.

    async def _table(self) -> Table:
        return await self._connection.table("changedhours")


def _row_of(hour: HourOfStream) -> str:
    return key(time_text(hour.hour), hour.stream)
