"""The places that cards take, in the table ``routepace``: one row per route, moved by its ETag from any host."""

import asyncio
import random
from datetime import datetime

from msgspec import Struct

from shared.domain.errors import Conflict
from shared.domain.pace import Pace
from shared.storage.connection import StorageConnection
from shared.storage.keys import key
from shared.storage.rows import make_row, read_body, version_of

_ROW = "pace"
_MOST_TRIES = 10
_LONGEST_PAUSE_SECONDS = 0.1


class _Places(Struct, frozen=True):
    taken: tuple[datetime, ...] = ()


class TableRoutePace:
    """While there are no places, asking costs one read and no write: a storm does not fight over the row."""

    def __init__(self, connection: StorageConnection, pace: Pace | None = None) -> None:
        self._connection = connection
        self._pace = pace or Pace()

    async def take(self, route: str, now: datetime) -> datetime | None:
        """Who loses the race for the row so often that it is hopeless gets none: what has none is held, not lost."""
        table = await self._connection.table("routepace")
        for _ in range(_MOST_TRIES):
            row = await table.get(key(route), _ROW)
            places = read_body(row, _Places) if row is not None else _Places()
            place = self._pace.place(places.taken, now)
            if place is None:
                return None
            moved = make_row(key(route), _ROW, body=_Places((*self._pace.kept(places.taken), place)))
            try:
                await (table.insert(moved) if row is None else table.replace(moved, version_of(row)))
            except Conflict:
                await asyncio.sleep(random.uniform(0, _LONGEST_PAUSE_SECONDS))  # noqa: S311 -- parts writers
            else:
                return place
        return None
