"""One page of the alert list: which partition to read, what to filter by, and where the next page begins.

A page costs at most three reads whatever the number of alerts. Where a filter matches little, a page is therefore
short, even empty, and its ``next`` continues the search.
"""

import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from azure.core.exceptions import HttpResponseError
from msgspec import Struct

from shared.domain.alert_queries import AlertPage, AlertQuery, ListedAlert
from shared.domain.alerts import Alert, AlertStatus
from shared.storage.alert_list_rows import backward_month, read_list_row
from shared.storage.filters import Filter
from shared.storage.keys import end_of, key, newest_first
from shared.storage.page_tokens import read_token, write_token
from shared.storage.table import MOST_PAGE_ROWS, Page, Table

_MOST_READS = 3


class _Partitions(NamedTuple):
    """The partitions of one list: from ``first`` up to but without ``end``; a single one has no ``end``."""

    first: str
    end: str | None


class _Token(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The last row shown before this page; and where a search that ended without a row goes on: in which of the
    page's queries, at which place of the service's own.
    """

    partition: str = ""
    row: str = ""
    step: int = 0
    continuation: dict[str, str] | None = None


async def read_page(table: Table, query: AlertQuery, top: int, after: str | None) -> AlertPage:
    """Raises ValueError for an ``after`` that no page gave."""
    token = read_token(after, _Token) if after is not None else _Token()
    if query.status == frozenset() or query.severity == frozenset():
        return AlertPage(alerts=(), next=None)
    steps = _steps(query, token)
    if not 0 <= token.step < len(steps):
        raise ValueError("not a page token")
    top = max(1, min(top, MOST_PAGE_ROWS))
    found: list[ListedAlert] = []
    step, continuation = token.step, token.continuation
    for read in range(_MOST_READS):
        rows = MOST_PAGE_ROWS if query.text else top - len(found)
        page = await _read(table, steps[step], rows, continuation, from_token=read == 0)
        more = page.continuation is not None or step + 1 < len(steps)
        for row in page.rows:
            shown = read_list_row(row)
            if not _mentions(shown.alert, query.text):
                continue
            found.append(ListedAlert(alert=shown.alert, etag=shown.etag))
            if len(found) == top:
                rest = more or row is not page.rows[-1]
                last = _Token(partition=row["PartitionKey"], row=row["RowKey"])
                return AlertPage(alerts=tuple(found), next=write_token(last) if rest else None)
        if not more:
            return AlertPage(alerts=tuple(found), next=None)
        continuation = dict(page.continuation) if page.continuation is not None else None
        step += continuation is None
    unfinished = _Token(partition=token.partition, row=token.row, step=step, continuation=continuation)
    return AlertPage(alerts=tuple(found), next=write_token(unfinished))


def _partitions(query: AlertQuery) -> _Partitions:
    """The narrowest list that holds all the query asks for."""
    if query.app_id is not None:
        return _Partitions(key("app", query.app_id), None)
    if query.policy_id is not None:
        return _Partitions(key("policy", query.policy_id), None)
    name = "open" if query.status is not None and AlertStatus.RESOLVED not in query.status else "all"
    newest = backward_month(query.created_to) if query.created_to else ""
    oldest = backward_month(query.created_from) if query.created_from else ""
    return _Partitions(key(name, newest), end_of(key(name, oldest)))


def _steps(query: AlertQuery, token: _Token) -> Sequence[Filter]:
    """The queries that together read all that is left: what remains of the partition last read, then later ones.

    They are separate because an ``or`` over partitions makes the service scan the whole table.
    """
    partitions = _partitions(query)
    if partitions.end is None and token.partition in {"", partitions.first}:
        steps = [Filter.partition(partitions.first)]
    elif partitions.end is not None and not token.partition:
        steps = [Filter().where("PartitionKey", "ge", partitions.first).where("PartitionKey", "lt", partitions.end)]
    elif partitions.end is not None and partitions.first <= token.partition < partitions.end:
        later = Filter().where("PartitionKey", "gt", token.partition).where("PartitionKey", "lt", partitions.end)
        steps = [Filter.partition(token.partition), later]
    else:
        raise ValueError("not a page token of this list")
    if token.row:
        steps[0].where("RowKey", "gt", token.row)
    for step in steps:
        _restrict(step, query)
    return steps


def _restrict(step: Filter, query: AlertQuery) -> None:
    """What the service can filter by; both ends of the time of creation are included."""
    if query.created_to is not None:
        step.where("RowKey", "ge", newest_first(query.created_to))
    if query.created_from is not None:
        step.where("RowKey", "lt", end_of(newest_first(query.created_from) + "|"))
    if query.app_id is not None and query.policy_id is not None:
        step.where("policyKey", "eq", key(query.policy_id))
    if query.status is not None:
        step.any_of("status", query.status)
    if query.severity is not None:
        step.any_of("severity", query.severity)


async def _read(
    table: Table, where: Filter, rows: int, continuation: dict[str, str] | None, *, from_token: bool
) -> Page:
    try:
        return await table.page(where, rows, continuation=continuation)
    except HttpResponseError as error:
        if from_token and continuation is not None and error.status_code == 400:
            raise ValueError("not a page token") from error
        raise


def _mentions(alert: Alert, text: str | None) -> bool:
    """Whether title or app holds the text, whatever the case and the Unicode form."""
    if not text:
        return True
    shown = "\n".join(filter(None, (alert.title, alert.app.display_name, alert.app.key)))
    return _folded(text) in _folded(shown)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
