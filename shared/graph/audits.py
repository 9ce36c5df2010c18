"""The directory's audit log."""

from datetime import datetime

from shared.domain.directory import AuditPage
from shared.domain.errors import DeltaExpired
from shared.graph import queries
from shared.graph.connection import GraphConnection
from shared.graph.endpoints import AUDITS
from shared.graph.failures import AnswerTooLarge
from shared.graph.pages import RawPage, get_page

_MOST_RECORDS = 1000
"""Of a page; Graph gives no more."""
_FEWEST_RECORDS = 10
_SMALLER = 10
"""By so much is a page smaller after one that was too large."""


class GraphAudits:
    """Pages come no faster than reports may be asked for, whoever else asks through the same connection.

    Pages that are too large to be read make all later ones smaller, as long as the process lives.
    """

    def __init__(self, connection: GraphConnection) -> None:
        self._connection = connection
        self._most = _MOST_RECORDS

    async def page(self, start: datetime, end: datetime, link: str | None) -> AuditPage:
        """Records from ``start`` to ``end`` (both included, with a zone), oldest first, at most 1,000 a page.

        Each is JSON, and whether it is a record is for the reader of records to say. ``link`` is that of the page
        before, None for the first. Raises Unavailable, PermissionMissing, NotLicensed and Refused; DeltaExpired for a
        link that is no longer followed.
        """
        while True:
            url = link or self._connection.address_of(AUDITS, queries.audits_path(start, end, self._most))
            try:
                page = await get_page(self._connection, AUDITS, url, RawPage)
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
            return AuditPage(records=tuple(map(bytes, page.values)), next_link=page.next_link)
