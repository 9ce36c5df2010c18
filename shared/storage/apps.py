"""The inventory's apps, in the table ``apps``: partitions by the first two characters of the appId."""

from collections.abc import Sequence

from shared.domain.apps import App
from shared.storage.connection import StorageConnection
from shared.storage.keys import key
from shared.storage.rows import make_row, read_body


class TableApps:
    def __init__(self, connection: StorageConnection) -> None:
        self._connection = connection

    async def save(self, apps: Sequence[App]) -> None:
        """Each app whole, in place of what was stored. Of two with one appId, the last counts."""
        table = await self._connection.table("apps")
        latest = {app.app_id: app for app in apps}
        rows = (make_row(_partition_of(app.app_id), key(app.app_id), body=app) for app in latest.values())
        await table.upsert_all(rows)

    async def get(self, app_ids: Sequence[str]) -> dict[str, App]:
        """Those that are known."""
        table = await self._connection.table("apps")
        rows = await table.get_all((_partition_of(app_id), key(app_id)) for app_id in dict.fromkeys(app_ids))
        return {app.app_id: app for app in (read_body(row, App) for row in rows)}


def _partition_of(app_id: str) -> str:
    return key(app_id[:2])
