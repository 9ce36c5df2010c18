"""One page of the alert list.

A page is a search: it reads some filters, one after the other, until it is full, all is read, or three requests are
spent. So it costs at most three whatever the number of alerts; where a filter matches little, it is short, even empty.

The next page begins at one of two places:

- After a full page, after the last row shown: what was read beyond it is read again.
- After a search that spent its requests, where the service stopped. There may be no row to go on from, so the place
  is the service's own continuation of one of the filters, which must then be the same as before.
"""

import unicodedata
from collections import deque
from collections.abc import Sequence

from azure.core.exceptions import HttpResponseError
from azure.data.tables import TableEntity
from msgspec import Struct
from msgspec.structs import replace

from shared.domain.alert_queries import AlertPage, AlertQuery, ListedAlert
from shared.domain.alerts import Alert
from shared.storage.alert_list_filters import filters_after
from shared.storage.alert_list_rows import read_list_row
from shared.storage.filters import Filter
from shared.storage.page_tokens import read_token, write_token
from shared.storage.table import MOST_PAGE_ROWS, Table

_MOST_READS = 3


class _Place(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Where a page begins. Its filters follow from ``partition`` and ``row``, the last row shown before it, if any.

    ``step`` is the index of the filter to begin with, and ``continuation`` the place of the service in it.
    """

    partition: str = ""
    row: str = ""
    step: int = 0
    continuation: dict[str, str] | None = None


async def read_page(table: Table, query: AlertQuery, top: int, after: str | None) -> AlertPage:
    """Raises ValueError for an ``after`` that no page gave."""
    start = read_token(after, _Place) if after is not None else _Place()
    if query.status == frozenset() or query.severity == frozenset():
        return AlertPage(alerts=(), next=None)
    top = max(1, min(top, MOST_PAGE_ROWS))
    search = _Search(table, filters_after(query, start.partition, start.row), start)
    found: list[ListedAlert] = []
    while len(found) < top:
        # Without a text every row is shown, so a request asks for no more than the page still takes.
        row = await search.next(MOST_PAGE_ROWS if query.text else top - len(found))
        if row is None:
            break
        shown = read_list_row(row)
        if _mentions(shown.alert, query.text):
            found.append(ListedAlert(alert=shown.alert, etag=shown.etag))
    if search.ended:
        return AlertPage(alerts=tuple(found), next=None)
    rest = search.after_last_row if len(found) == top else search.after_last_read
    return AlertPage(alerts=tuple(found), next=write_token(rest))


class _Search:
    """The rows of some filters, one filter after the other, for at most three requests.

    Raises ValueError for a ``start`` that is no place in these filters.
    """

    def __init__(self, table: Table, filters: Sequence[Filter], start: _Place) -> None:
        if not 0 <= start.step < len(filters):
            raise ValueError("not a page token")
        self._table = table
        self._filters = filters
        self._start = start
        self._step, self._continuation = start.step, start.continuation
        self._reads = 0
        self._unseen = deque[TableEntity]()
        self._last_row: TableEntity | None = None

    @property
    def ended(self) -> bool:
        """Whether ``next`` has given the last row there is."""
        return not self._unseen and self._step == len(self._filters)

    @property
    def after_last_row(self) -> _Place:
        if self._last_row is None:
            return self._start
        return _Place(partition=self._last_row["PartitionKey"], row=self._last_row["RowKey"])

    @property
    def after_last_read(self) -> _Place:
        return replace(self._start, step=self._step, continuation=self._continuation)

    async def next(self, most_rows: int) -> TableEntity | None:
        """The next row; None where all are read, or the requests are spent. A request asks for ``most_rows``."""
        while not self._unseen and not self.ended and self._reads < _MOST_READS:
            self._unseen.extend(await self._read(most_rows))
        if self._unseen:
            self._last_row = self._unseen.popleft()
            return self._last_row
        return None

    async def _read(self, most_rows: int) -> list[TableEntity]:
        try:
            page = await self._table.page(self._filters[self._step], most_rows, continuation=self._continuation)
        except HttpResponseError as error:
            # The first continuation comes from the caller's token, and the service refuses what it did not write.
            if self._reads == 0 and self._continuation is not None and error.status_code == 400:
                raise ValueError("not a page token") from error
            raise
        self._reads += 1
        self._continuation = dict(page.continuation) if page.continuation is not None else None
        if self._continuation is None:
            self._step += 1
        return page.rows


def _mentions(alert: Alert, text: str | None) -> bool:
    """Whether title or app holds the text, whatever the case and the Unicode form."""
    if not text:
        return True
    shown = "\n".join(filter(None, (alert.title, alert.app.display_name, alert.app.key)))
    return _folded(text) in _folded(shown)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
