"""A log of the directory, read page by page: its audits, and each stream of sign-ins."""

from collections.abc import Callable
from datetime import datetime

from shared.domain.errors import DeltaExpired
from shared.domain.streams import LogPage
from shared.graph.connection import GraphConnection
from shared.graph.endpoints import Endpoint
from shared.graph.failures import AnswerTooLarge
from shared.graph.pages import RawPage, get_page

_MOST_RECORDS = 1000
"""Of a page; Graph gives no more."""
_FEWEST_RECORDS = 10
_SMALLER = 10
"""By so much is a page smaller after one that was too large."""


class LogPages:
    """Pages come no faster than reports may be asked for, whoever else asks through the same connection.

    ``path`` is that of the first page of a period: from, to, and of how many records a page may be. Pages that are too
    large to be read make all later ones smaller, as long as the process lives.
    """

    def __init__(
        self, connection: GraphConnection, endpoint: Endpoint, path: Callable[[datetime, datetime, int], str]
    ) -> None:
        self._connection = connection
        self._endpoint = endpoint
        self._path = path
        self._most = _MOST_RECORDS

    async def page(self, start: datetime, end: datetime, link: str | None) -> LogPage:
        """Records from ``start`` to ``end`` (both included, with a zone), at most 1,000 a page.

        Each is JSON, and whether it is a record is for the reader of records to say. ``link`` is that of the page
        before, None for the first. Raises Unavailable, PermissionMissing, NotLicensed and Refused; DeltaExpired for a
        link that is no longer followed.
        """
        while True:
            url = link or self._connection.address_of(self._endpoint, self._path(start, end, self._most))
            try:
                page = await get_page(self._connection, self._endpoint, url, RawPage)
            except AnswerTooLarge as error:
                if self._most == _FEWEST_RECORDS:
                    # No page of records is as large as that: something else answers, and may have gone tomorrow.
                    self._most = _MOST_RECORDS
                    raise
                self._most //= _SMALLER
                if link is not None:
                    # Of how many records its page is lies in the link itself, so the window has to begin anew.
                    raise DeltaExpired(str(error)) from None
                continue
            return LogPage(records=tuple(map(bytes, page.values)), next_link=page.next_link)
