"""How each route is doing, in the table ``routestatus``: one row per route, moved by its ETag."""

from shared.domain.route_status import RouteStatus, VersionedRouteStatus
from shared.storage.connection import StorageConnection
from shared.storage.keys import key
from shared.storage.rows import make_row, read_body, version_of

_ROW = "status"


class TableRouteStatuses:
    def __init__(self, connection: StorageConnection) -> None:
        self._connection = connection

    async def get(self, route: str) -> VersionedRouteStatus:
        row = await (await self._connection.table("routestatus")).get(key(route), _ROW)
        if row is None:
            return VersionedRouteStatus(status=RouteStatus(route=route), version=None)
        return VersionedRouteStatus(status=read_body(row, RouteStatus), version=version_of(row))

    async def put(self, status: RouteStatus, version: str | None) -> str:
        table = await self._connection.table("routestatus")
        row = make_row(key(status.route), _ROW, body=status)
        return await (table.insert(row) if version is None else table.replace(row, version))
