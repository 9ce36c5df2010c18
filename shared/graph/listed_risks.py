"""Lists of Identity Protection: read whole, and only what changed within a window is handed on.

They are short, a page or two even of a large tenant, and what can be filtered by is documented of none of their times.
"""

from datetime import datetime
from operator import itemgetter

from shared.domain.streams import LogPage
from shared.graph.connection import GraphConnection
from shared.graph.endpoints import Endpoint
from shared.graph.pages import RawPage, get_page
from shared.sources.decoding import decode
from shared.sources.errors import RecordError
from shared.sources.times import time_of


class ListedRisks:
    """One such list. ``changed`` names the time by which its objects are chosen, and ordered within a page."""

    def __init__(self, connection: GraphConnection, endpoint: Endpoint, path: str, changed: str) -> None:
        self._connection = connection
        self._endpoint = endpoint
        self._path = path
        self._changed = changed

    async def page(self, start: datetime, end: datetime, link: str | None) -> LogPage:
        """What of one page of the list changed from ``start`` to ``end``; it may be nothing.

        What changes while the list is read is of the next window. Raises as any reader of a log.
        """
        url = link or self._connection.address_of(self._endpoint, self._path)
        page = await get_page(self._connection, self._endpoint, url, RawPage)
        dated = [(self._time(bytes(value)) or start, bytes(value)) for value in page.values]
        chosen = sorted((pair for pair in dated if start <= pair[0] <= end), key=itemgetter(0))
        return LogPage(records=tuple(record for _, record in chosen), next_link=page.next_link)

    def _time(self, record: bytes) -> datetime | None:
        """None for one that tells no time: it is handed on, and its own reader says what is wrong with it."""
        try:
            fields = decode(record)
            return time_of(fields, self._changed) if isinstance(fields, dict) else None
        except RecordError:
            return None
