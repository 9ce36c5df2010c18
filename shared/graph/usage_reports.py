"""The reports of use: when each app, and each credential, signed in last. Beta, of the global cloud only."""

from shared.domain.directory import DirectoryPage
from shared.domain.errors import DeltaExpired, NotFound, Refused
from shared.domain.usage_reads import UsageReport
from shared.graph import queries
from shared.graph.connection import GraphConnection
from shared.graph.endpoints import REPORTS
from shared.graph.pages import ObjectPage, directory_page, get_page


class GraphUsage:
    """Pages come no faster than reports may be asked for, whoever else asks through the same connection."""

    def __init__(self, connection: GraphConnection) -> None:
        self._connection = connection

    async def page(self, report: UsageReport, link: str | None) -> DirectoryPage:
        """``link`` is that of the page before, None for the first. The report may change between two pages.

        Raises Unavailable, PermissionMissing and NotLicensed; NotFound where the cloud has no such report;
        DeltaExpired for a link that is no longer followed.
        """
        endpoint = REPORTS[report]
        url = link or self._connection.address_of(endpoint, queries.report_path(report))
        try:
            return directory_page(await get_page(self._connection, endpoint, url, ObjectPage))
        except (NotFound, Refused) as error:
            # A cloud without the report refuses its path as it would a senseless one, and a link that went stale is
            # refused in no way that can be told from others.
            raise (DeltaExpired if link else NotFound)(str(error)) from None
