"""The audit search of Purview as a log."""

import re
from datetime import UTC, datetime, timedelta

import msgspec
from msgspec import Struct

from shared.domain.errors import DeltaExpired, Unavailable
from shared.domain.streams import LogPage
from shared.graph import queries
from shared.graph.bodies import decoded
from shared.graph.connection import GraphConnection
from shared.graph.endpoints import AUDIT_SEARCH, AUDIT_SEARCH_RECORDS, AUDIT_SEARCHES
from shared.graph.pages import RawPage, get_page
from shared.graph.waits import patiently

_SERVICES = ("AzureActiveDirectory", "Exchange", "MicrosoftTeams", "OneDrive", "SharePoint")
_SEARCH_LINK = "query:"
_ID = re.compile(r"[0-9A-Za-z-]{1,80}")
_POLL = timedelta(minutes=1)
"""A search takes from some minutes to more than ten."""
_UNFINISHED = frozenset({"notStarted", "running", "unknownFutureValue"})
_SUCCEEDED = "succeeded"


class _Search(Struct, frozen=True):
    id: str
    status: str = "notStarted"


class GraphAuditSearch:
    """A search takes minutes: a link may lead to one that is still running."""

    def __init__(self, connection: GraphConnection) -> None:
        self._connection = connection

    async def page(self, start: datetime, end: datetime, link: str | None) -> LogPage:
        """Records from ``start`` to ``end``, in no order.

        The first page begins a search and is empty. Its link raises Unavailable with the time to wait for as long as
        the search runs, and DeltaExpired when it has failed or was cancelled. Raises otherwise as any reader of a log.
        """
        if link is None:
            return LogPage(records=(), next_link=f"{_SEARCH_LINK}{await self._begin(start, end)}")
        if link.startswith(_SEARCH_LINK):
            link = await self._records_of(link.removeprefix(_SEARCH_LINK))
        page = await get_page(self._connection, AUDIT_SEARCH_RECORDS, link, RawPage)
        return LogPage(records=tuple(map(bytes, page.values)), next_link=page.next_link)

    async def _begin(self, start: datetime, end: datetime) -> str:
        """The id of a new search. Tried once: each try may begin one, and few may run at a time."""
        asked = {
            "displayName": "Consentry",
            "filterStartDateTime": _instant(start),
            "filterEndDateTime": _instant(end),
            "serviceFilters": _SERVICES,
        }
        url = self._connection.address_of(AUDIT_SEARCHES, "/security/auditLog/queries")
        response = await self._connection.send(AUDIT_SEARCHES, "POST", url, msgspec.json.encode(asked))
        try:
            found = msgspec.json.decode(response.content, type=_Search).id
        except (ValueError, RecursionError):
            found = ""
        if not _ID.fullmatch(found):
            raise Unavailable(f"{AUDIT_SEARCHES.name} answered without the id of a search")
        return found

    async def _records_of(self, search_id: str) -> str:
        """Where the records of a finished search begin."""
        if not _ID.fullmatch(search_id):
            raise DeltaExpired(f"{AUDIT_SEARCH.name}: the link is of no search")
        url = self._connection.address_of(AUDIT_SEARCH, queries.audit_search_path(search_id))

        async def attempt() -> _Search:
            return decoded(AUDIT_SEARCH, await self._connection.send(AUDIT_SEARCH, "GET", url), _Search)

        search = await patiently(attempt, self._connection.limits)
        if search.status in _UNFINISHED:
            raise Unavailable(f"{AUDIT_SEARCH.name}: the search is still running", _POLL)
        if search.status != _SUCCEEDED:
            raise DeltaExpired(f"{AUDIT_SEARCH.name}: the search came to no end")
        return self._connection.address_of(AUDIT_SEARCH_RECORDS, queries.audit_search_path(search_id, records=True))


def _instant(time: datetime) -> str:
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
