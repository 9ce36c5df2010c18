"""The list of remediations and of those that are unfinished, in the table ``remediationlist``.

Partitions: ``all`` and ``app|hash`` hold one row for each remediation, whose key begins with the inverted time of the
request; a row never changes, so what a list shows is read from the remediation itself. ``failed`` holds one for each
that failed, by the inverted time of that. ``unfinished`` holds one row from before a remediation is recorded until all
that follows from it is done.
"""

from datetime import datetime

from msgspec import Struct

from shared.domain.remediations import Remediation, RemediationStatus, app_hash
from shared.storage.connection import StorageConnection
from shared.storage.filters import Filter
from shared.storage.keys import key, newest_first, time_text
from shared.storage.page_tokens import read_token, write_token
from shared.storage.rows import check_schema, make_row
from shared.storage.table import MOST_PAGE_ROWS, Table

_ALL, _FAILED, _UNFINISHED = "all", "failed", "unfinished"


class _Place(Struct, frozen=True, forbid_unknown_fields=True):
    """The row key of the last remediation shown."""

    row: str


class TableRemediationList:
    def __init__(self, connection: StorageConnection) -> None:
        self._connection = connection

    async def open(self, remediation_id: str, now: datetime) -> None:
        columns = {"remediationId": remediation_id, "opened": time_text(now)}
        await (await self._table()).upsert(make_row(_UNFINISHED, key(remediation_id), columns))

    async def opened(self, remediation_id: str) -> datetime | None:
        row = await (await self._table()).get(_UNFINISHED, key(remediation_id))
        return datetime.fromisoformat(f"{row['opened']}+00:00") if row is not None else None

    async def close(self, remediation_id: str) -> None:
        await (await self._table()).delete(_UNFINISHED, key(remediation_id))

    async def unfinished(self, opened_before: datetime) -> tuple[str, ...]:
        table = await self._table()
        where = Filter.partition(_UNFINISHED).where("opened", "lt", time_text(opened_before))
        rows = [row async for row in table.first(where, MOST_PAGE_ROWS, ["remediationId", "opened"])]
        for row in rows:
            check_schema(row)
        return tuple(row["remediationId"] for row in sorted(rows, key=lambda row: str(row["opened"])))

    async def project(self, remediation: Remediation) -> None:
        row = key(newest_first(remediation.requested_date_time), remediation.id)
        columns = {"remediationId": remediation.id}
        rows = [make_row(partition, row, columns) for partition in (_ALL, _partition_of(remediation.app_id))]
        finished = remediation.finished_date_time
        if remediation.status is RemediationStatus.FAILED and finished is not None:
            rows.append(make_row(_FAILED, key(newest_first(finished), remediation.id), columns))
        await (await self._table()).upsert_all(rows)

    async def failed_since(self, moment: datetime, most: int) -> tuple[str, ...]:
        where = Filter.partition(_FAILED, end=key(newest_first(moment)))
        rows = [row async for row in (await self._table()).first(where, most, ["remediationId"])]
        for row in rows:
            check_schema(row)
        return tuple(row["remediationId"] for row in rows)

    async def ids(self, app_id: str | None, top: int, after: str | None) -> tuple[tuple[str, ...], str | None]:
        where = Filter.partition(_ALL if app_id is None else _partition_of(app_id))
        if after is not None:
            where.where("RowKey", "gt", read_token(after, _Place).row)
        table = await self._table()
        rows = [row async for row in table.first(where, top + 1, ["remediationId"])]
        for row in rows:
            check_schema(row)
        more = len(rows) > top
        shown = tuple(row["remediationId"] for row in rows[:top])
        return shown, write_token(_Place(rows[top - 1]["RowKey"])) if more else None

    async def _table(self) -> Table:
        return await self._connection.table("remediationlist")


def _partition_of(app_id: str) -> str:
    return key("app", app_hash(app_id))
