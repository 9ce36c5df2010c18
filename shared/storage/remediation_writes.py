"""Writes that remediations were about to make, in the table ``remediationwrites``.

Partitions are the object id of the service principal and the appId, each with a row per attempt in the order of time.
A row is written before its attempt: one that leads to no write is the worst that a crash leaves.
"""

from datetime import datetime

from shared.domain.remediations import Remediation
from shared.storage.connection import StorageConnection
from shared.storage.filters import Filter
from shared.storage.keys import end_of, key, time_text
from shared.storage.rows import check_schema, make_row


class TableWriteLog:
    def __init__(self, connection: StorageConnection) -> None:
        self._connection = connection

    async def note(self, remediation: Remediation, now: datetime) -> None:
        row = key(time_text(now), remediation.id)
        columns = {"remediationId": remediation.id}
        table = await self._connection.table("remediationwrites")
        partitions = _partitions_of(remediation.service_principal_id, remediation.app_id)
        await table.upsert_all(make_row(partition, row, columns) for partition in partitions)

    async def between(
        self, service_principal_id: str | None, app_id: str | None, start: datetime, end: datetime
    ) -> tuple[str, ...]:
        table = await self._connection.table("remediationwrites")
        found: dict[str, str] = {}
        for partition in _partitions_of(service_principal_id, app_id):
            where = Filter.partition(partition, time_text(start), end_of(time_text(end)))
            async for row in table.query(where, ["remediationId"]):
                check_schema(row)
                found[row["RowKey"]] = row["remediationId"]
        return tuple(dict.fromkeys(found[row] for row in sorted(found)))


def _partitions_of(service_principal_id: str | None, app_id: str | None) -> list[str]:
    """Of what is named. Services write ids in either case."""
    named = (("principal", service_principal_id), ("app", app_id))
    return [key(kind, value.lower()) for kind, value in named if value]
