"""Object ids and the apps they belong to, in the table ``aliases``. They outlive the deletion of their objects."""

import asyncio
from collections.abc import Sequence

from shared.domain.identities import Alias
from shared.storage.connection import StorageConnection
from shared.storage.keys import key
from shared.storage.rows import make_row
from shared.storage.table import upserts_of

_AT_ONCE = 16
_MOST_KNOWN = 50_000
"""Some 10 MB."""


class TableAliases:
    """Remembers what it wrote and read: an object id never comes to belong to another app."""

    def __init__(self, connection: StorageConnection) -> None:
        self._connection = connection
        self._known: dict[str, str] = {}

    async def learn(self, aliases: Sequence[Alias]) -> None:
        news = {alias.object_id: alias for alias in aliases if self._known.get(alias.object_id) != alias.app_id}
        table = await self._connection.table("aliases")
        rows = (
            make_row(_partition_of(alias.object_id), key(alias.object_id), {"appId": alias.app_id})
            for alias in news.values()
        )
        for batch in upserts_of(rows):
            await table.commit(batch)
        self._remember({alias.object_id: alias.app_id for alias in news.values()})

    async def lookup(self, object_ids: Sequence[str]) -> dict[str, str]:
        table = await self._connection.table("aliases")
        free = asyncio.Semaphore(_AT_ONCE)

        async def read(object_id: str) -> tuple[str, str | None]:
            async with free:
                row = await table.get(_partition_of(object_id), key(object_id))
                return object_id, row["appId"] if row is not None else None

        missing = [object_id for object_id in dict.fromkeys(object_ids) if object_id not in self._known]
        found = await asyncio.gather(*map(read, missing))
        self._remember({object_id: app_id for object_id, app_id in found if app_id is not None})
        return {object_id: self._known[object_id] for object_id in object_ids if object_id in self._known}

    def _remember(self, apps: dict[str, str]) -> None:
        if len(self._known) + len(apps) > _MOST_KNOWN:
            self._known.clear()
        self._known.update(apps)


def _partition_of(object_id: str) -> str:
    return key(object_id[:2])
