"""The open alerts in numbers: counted from small columns of their rows, since bodies take long to read."""

from collections import Counter
from collections.abc import AsyncIterator
from itertools import groupby
from typing import NamedTuple

from azure.data.tables import TableEntity

from shared.domain.alert_queries import AlertQuery, OpenAlerts
from shared.domain.alerts import Alert, AlertStatus
from shared.storage.alert_list_filters import filters_after
from shared.storage.alert_list_rows import YES, read_list_row
from shared.storage.filters import Filter
from shared.storage.keys import end_of
from shared.storage.rows import check_schema
from shared.storage.table import MOST_PAGE_ROWS, Continuation, Table

_OPEN = AlertQuery(status=frozenset(AlertStatus) - {AlertStatus.RESOLVED})
_SEVERITY, _HISTORICAL = "severity", "historical"


class _Open(NamedTuple):
    partition: str
    row: str
    severity: str
    is_historical: bool


async def read_open_alerts(table: Table, most: int, newest: int) -> OpenAlerts:
    """One more than ``most`` is read, to tell whether there are more."""
    found = [each async for each in _newest_first(table, most + 1)]
    counted = found[:most]
    first = [each for each in counted if not each.is_historical][:newest]
    return OpenAlerts(
        by_severity=dict(Counter(each.severity for each in counted)),
        historical=dict(Counter(each.severity for each in counted if each.is_historical)),
        newest=tuple([alert async for alert in _whole(table, first)]),
        is_complete=len(found) <= most,
    )


async def _whole(table: Table, some: list[_Open]) -> AsyncIterator[Alert]:
    """A request for each month. One that was resolved just now is not there any more."""
    for partition, members in groupby(some, key=lambda each: each.partition):
        rows = [each.row for each in members]
        async for row in table.query(Filter.partition(partition, rows[0], end_of(rows[-1])).any_of("RowKey", rows)):
            yield read_list_row(row).alert


async def _newest_first(table: Table, most: int) -> AsyncIterator[_Open]:
    for where in filters_after(_OPEN, "", ""):
        continuation: Continuation | None = {}
        while continuation is not None and most > 0:
            top = min(most, MOST_PAGE_ROWS)
            page = await table.page(where, top, [_SEVERITY, _HISTORICAL], continuation)
            if any(_HISTORICAL not in row for row in page.rows):
                # Versions before did not write this column: their rows tell it in their bodies only.
                page = await table.page(where, top, None, continuation)
            for row in page.rows:
                check_schema(row)
                yield _Open(row["PartitionKey"], row["RowKey"], row[_SEVERITY], _is_historical(row))
            most -= len(page.rows)
            continuation = page.continuation


def _is_historical(row: TableEntity) -> bool:
    return bool(row[_HISTORICAL] == YES) if _HISTORICAL in row else read_list_row(row).alert.historical
