"""Object ids and the apps they belong to, in the table ``aliases``. They outlive the deletion of their objects."""

from collections.abc import Sequence

from shared.domain.app_references import Alias
from shared.storage.connection import StorageConnection
from shared.storage.keys import key
from shared.storage.rows import make_row, read_body

_MOST_KNOWN = 50_000
"""Some 10 MB."""


class TableAliases:
    """Remembers what it wrote and read: an object id never comes to belong to another app."""

    def __init__(self, connection: StorageConnection) -> None:
        self._connection = connection
        self._known: dict[str, Alias] = {}

    async def learn(self, aliases: Sequence[Alias]) -> None:
        news = {alias.object_id: alias for alias in aliases if self._is_news(alias)}
        table = await self._connection.table("aliases")
        rows = (make_row(_partition_of(alias.object_id), key(alias.object_id), body=alias) for alias in news.values())
        await table.upsert_all(rows)
        self._remember(news)

    async def lookup(self, object_ids: Sequence[str]) -> dict[str, Alias]:
        table = await self._connection.table("aliases")
        missing = [object_id for object_id in dict.fromkeys(object_ids) if object_id not in self._known]
        rows = await table.get_all((_partition_of(object_id), key(object_id)) for object_id in missing)
        self._remember({alias.object_id: alias for alias in (read_body(row, Alias) for row in rows)})
        return {object_id: self._known[object_id] for object_id in object_ids if object_id in self._known}

    def _is_news(self, alias: Alias) -> bool:
        """Most records teach what is known: those cost nothing."""
        known = self._known.get(alias.object_id)
        return known is None or known.app_id != alias.app_id or (known.display_name is None and known != alias)

    def _remember(self, aliases: dict[str, Alias]) -> None:
        if len(self._known) + len(aliases) > _MOST_KNOWN:
            self._known.clear()
        self._known.update(aliases)


def _partition_of(object_id: str) -> str:
    return key(object_id[:2])
