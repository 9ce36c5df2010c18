"""Since when the tenant is watched: one row in the table ``watch``."""

from collections.abc import Callable
from datetime import datetime

from msgspec.structs import replace

from shared.domain.errors import Conflict
from shared.domain.watch import Watch
from shared.storage.connection import StorageConnection
from shared.storage.rows import make_row, read_body, version_of
from shared.storage.table import Batch, Table

_PARTITION, _ROW = "tenant", "watch"


type Change = Callable[[Watch], Watch]


class TableWatch:
    """Each moment is noted once: the first that is noted stays."""

    def __init__(self, connection: StorageConnection) -> None:
        self._connection = connection

    async def state(self) -> Watch | None:
        """None before collection began."""
        row = await (await self._table()).get(_PARTITION, _ROW)
        return read_body(row, Watch) if row is not None else None

    async def begin(self, now: datetime) -> Watch:
        if (known := await self.state()) is not None:
            return known
        batch = Batch()
        batch.insert(make_row(_PARTITION, _ROW, body=Watch(started=now)))
        try:
            await (await self._table()).commit(batch)
        except Conflict:
            return await self.begin(now)
        return Watch(started=now)

    async def note_first_read_judged(self, now: datetime) -> None:
        """Raises Conflict where another noted something at this moment: it is noted on the next run."""
        await self._note(lambda watch: watch if watch.first_read_judged else replace(watch, first_read_judged=now))

    async def note_digest_told(self, now: datetime) -> None:
        await self._note(lambda watch: watch if watch.digest_told else replace(watch, digest_told=now))

    async def _note(self, change: Change) -> None:
        table = await self._table()
        row = await table.get(_PARTITION, _ROW)
        if row is None:
            raise LookupError("nothing is watched yet")
        known = read_body(row, Watch)
        if (noted := change(known)) != known:
            await table.replace(make_row(_PARTITION, _ROW, body=noted), version_of(row))

    async def _table(self) -> Table:
        return await self._connection.table("watch")
