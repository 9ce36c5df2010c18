"""Removing what was collected long ago, and the mark that says so.

The mark moves first. From then on a blob of those days that is not there is no loss, so a reader never meets one that
has gone for no reason.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from azure.core.exceptions import ResourceNotFoundError

from shared.storage.archive import CONTAINER, EVENTS, RAW
from shared.storage.connection import StorageConnection
from shared.storage.errors import translated
from shared.storage.keys import key
from shared.storage.rows import make_row, read_body
from shared.storage.table import Table

if TYPE_CHECKING:  # Takes seconds to import: only those that use it pay.
    from azure.storage.blob.aio import ContainerClient

_MARK = ("|purged", "before")
"""No escaped name of a stream contains the bar."""
_REMOVED_AT_ONCE = 32


class PurgedDays:
    def __init__(self, connection: StorageConnection) -> None:
        self._connection = connection

    async def contain(self, collected: datetime | None) -> bool:
        mark = await self.mark()
        return mark is not None and collected is not None and collected.astimezone(UTC).date() < mark

    async def mark(self) -> date | None:
        """The first day that was not purged; None before any was."""
        row = await (await self._table()).get(*_MARK)
        return None if row is None else read_body(row, date)

    async def move(self, before: date) -> None:
        """The mark never goes back."""
        table = await self._table()
        row = await table.get(*_MARK)
        if row is None or read_body(row, date) < before:
            await table.upsert(make_row(*_MARK, body=before))

    async def _table(self) -> Table:
        return await self._connection.table("archive")


async def remove_blobs(connection: StorageConnection, stream: str, before: date) -> int:
    """Raw and normalised, of chunks and of hours: a day is a folder in all of them."""
    container = await connection.container(CONTAINER)
    removed = 0
    for kind in (RAW, EVENTS):
        gathered: list[str] = []
        async for name in _names_before(container, f"{kind}/{key(stream)}/", before):
            gathered.append(name)
            if len(gathered) == _REMOVED_AT_ONCE:
                removed += await _remove(container, gathered)
                gathered = []
        removed += await _remove(container, gathered)
    return removed


async def _names_before(container: "ContainerClient", folder: str, before: date) -> AsyncIterator[str]:
    """Names are listed in their order, so the first that is kept ends it."""
    end = f"{folder}{before.isoformat()}"
    with translated():
        async for name in container.list_blob_names(name_starts_with=folder):
            if name >= end:
                return
            yield name


async def _remove(container: "ContainerClient", names: list[str]) -> int:
    async def remove(name: str) -> None:
        with translated(), suppress(ResourceNotFoundError):
            await container.delete_blob(name)

    await asyncio.gather(*map(remove, names))
    return len(names)
