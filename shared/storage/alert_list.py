"""The list of alerts in the table ``alertlist``: each alert once in every list that it belongs to, newest first.

A row holds the whole alert, so a page reads nothing else. See ``alert_list_rows.py`` for the keys and
``alert_list_pages.py`` for reading.
"""

from shared.domain.alert_queries import AlertPage, AlertQuery, OpenAlerts, PolicyAlerts
from shared.domain.alerts import Alert
from shared.domain.errors import Conflict
from shared.storage.alert_list_counts import count_alerts
from shared.storage.alert_list_open import read_open_alerts
from shared.storage.alert_list_pages import read_page
from shared.storage.alert_list_rows import (
    Projection,
    all_partition,
    list_row,
    open_partition,
    partitions_of,
    read_list_row,
    row_key,
)
from shared.storage.connection import StorageConnection
from shared.storage.table import Table

_MOST_ROUNDS = 20
"""Of lost races against other projections of one alert."""


class TableAlertList:
    def __init__(self, connection: StorageConnection) -> None:
        self._connection = connection

    async def project(self, alert: Alert, etag: str) -> None:
        """The row in ``all`` decides which version is the newest; the other lists follow it.

        Whoever has written looks at that row once more: if it moved meanwhile, the rows written here may lie on top of
        newer ones, so they are written again. What a crash leaves, the alert's intent brings back here.
        """
        table = await self._connection.table("alertlist")
        newest = Projection(alert, etag)
        left_behind = {open_partition(alert)}
        stored = await _stored(table, alert)
        for _ in range(_MOST_ROUNDS):
            if stored is not None:
                left_behind |= partitions_of(stored.alert)
                if stored.order > newest.order:
                    newest = stored
            if await _write(table, newest, stored, left_behind):
                left_behind |= partitions_of(newest.alert)
            stored = await _stored(table, alert)
            if stored is not None and stored.order == newest.order:
                return
        raise Conflict(f"{_MOST_ROUNDS} others projected alert {alert.id} meanwhile")

    async def page(self, query: AlertQuery, top: int, after: str | None) -> AlertPage:
        """At most 1,000 alerts, for at most three table reads. Raises ValueError for an ``after`` no page gave."""
        return await read_page(await self._connection.table("alertlist"), query, top, after)

    async def open_alerts(self, most: int, newest: int) -> OpenAlerts:
        """Counts cost a request for each thousand, and each of the newest costs one."""
        return await read_open_alerts(await self._connection.table("alertlist"), most, newest)

    async def of_policy(self, policy_id: str, most: int) -> PolicyAlerts:
        """Costs a request for each thousand."""
        return await count_alerts(await self._connection.table("alertlist"), policy_id, most)


async def _write(table: Table, newest: Projection, stored: Projection | None, left_behind: set[str]) -> bool:
    """Write all rows of the newest version; False if somebody else moved the row in ``all`` first.

    Old rows go first: after a crash the stored row still says where they are.
    """
    alert = newest.alert
    lists = partitions_of(alert)
    for partition in sorted(left_behind - lists):
        await table.delete(partition, row_key(alert))
    try:
        if stored is None:
            await table.insert(list_row(all_partition(alert), newest))
        elif stored.order != newest.order and stored.version is not None:
            await table.replace(list_row(all_partition(alert), newest), stored.version)
    except Conflict:
        return False
    for partition in sorted(lists - {all_partition(alert)}):
        await table.upsert(list_row(partition, newest))
    return True


async def _stored(table: Table, alert: Alert) -> Projection | None:
    row = await table.get(all_partition(alert), row_key(alert))
    return read_list_row(row) if row is not None else None
