"""The directory's audit log."""

from datetime import datetime

from shared.domain.directory import AuditPage
from shared.domain.errors import Unavailable
from shared.graph import queries
from shared.graph.connection import GraphConnection
from shared.graph.endpoints import AUDITS
from shared.graph.pages import RawPage, get_page


class GraphAudits:
    """Five requests in ten seconds are allowed, for each app and tenant. Throttling often names no time to wait."""

    def __init__(self, connection: GraphConnection) -> None:
        self._connection = connection

    async def page(self, start: datetime, end: datetime, link: str | None) -> AuditPage:
        """Records from ``start`` to ``end`` (both included, with a zone), oldest first, at most 1,000 a page.

        ``link`` is that of the page before, None for the first. Raises Unavailable, PermissionMissing, NotLicensed and
        Refused; DeltaExpired for a link that is no longer followed.
        """
        url = link or self._connection.address_of(queries.audits_path(start, end))
        page = await get_page(self._connection, AUDITS, url, RawPage)
        records = tuple(map(bytes, page.values))
        if not all(record.startswith(b"{") for record in records):
            raise Unavailable(f"{AUDITS.name} answered with records that are no objects")
        return AuditPage(records=records, next_link=page.next_link)
