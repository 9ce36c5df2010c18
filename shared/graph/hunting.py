"""A table of advanced hunting as a log: GraphApiAuditEvents or CloudAppEvents. And what hunting knows of apps."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

import msgspec
from msgspec import Struct, field

from shared.domain.errors import NotLicensed, Refused, Unavailable
from shared.domain.streams import LogPage
from shared.graph import kql
from shared.graph.bodies import decoded
from shared.graph.connection import GraphConnection
from shared.graph.endpoints import HUNTING
from shared.graph.failures import AnswerTooLarge
from shared.graph.waits import patiently

_TABLES = {
    "GraphApiAuditEvents": kql.Table(
        name="GraphApiAuditEvents", time_column="Timestamp", id_column="RequestId", app_column="ApplicationId"
    ),
    # Its ApplicationId is the number of a cloud service.
    "CloudAppEvents": kql.Table(name="CloudAppEvents", time_column="Timestamp", id_column="ReportId"),
}
_APP_INFO = "OAuthAppInfo | summarize arg_max(Timestamp, *) by OAuthAppId | where strcmp(OAuthAppId, {after}) > 0"
_APPS_AT_ONCE = 2_000
_MOST_PAGES = 500


class _Answer(Struct, frozen=True):
    results: list[msgspec.Raw]


class _Key(Struct, frozen=True):
    """Of a row: its place in the order."""

    time: str = field(default="", name="Timestamp")
    request_id: str | None = field(default=None, name="RequestId")
    report_id: str | None = field(default=None, name="ReportId")

    @property
    def position(self) -> kql.Position:
        return kql.Position(self.time, self.request_id or self.report_id or "")


class _AppKey(Struct, frozen=True):
    app_id: str = field(name="OAuthAppId")


class GraphHunting:
    """``table`` is its name. ``own_app_ids`` are ours: in some tenants most calls of Graph are a collector's own.

    A query that costs too much, or answers with too much, makes the next ones ask for less, until one goes well.
    """

    def __init__(
        self,
        connection: GraphConnection,
        table: str,
        own_app_ids: Sequence[str] = (),
        most_rows: int = kql.MOST_ROWS,
    ) -> None:
        self._connection = connection
        self._table = _TABLES[table]
        self._own_app_ids = tuple(filter(None, own_app_ids))
        self._slices = kql.Slices(most_rows)

    async def page(self, start: datetime, end: datetime, link: str | None) -> LogPage:
        """Rows from ``start`` to ``end``, both included, oldest first, at most ``most_rows`` a page.

        A page may be empty and not the last. Raises Unavailable, also when the share of processor time is used up;
        PermissionMissing; NotLicensed where the tenant has no such table; DeltaExpired for a link of something else.
        """
        begun = kql.position_in(link) if link else kql.Position(kql.instant(start))
        while True:
            until, closed = self._slices.end_of(begun, end)
            most = self._slices.most
            query = kql.page_query(self._table, begun, until, most, self._own_app_ids, closed=closed)
            try:
                rows = await run(self._connection, query)
            except (AnswerTooLarge, Refused) as error:
                # Of a query that ran for too long or found too much, Graph says no more than of a senseless one.
                if not self._slices.shrink(end - start):
                    raise _last_word(self._table.name, error) from None
                continue
            except Unavailable as error:
                if error.retry_after is None:
                    self._slices.shrink(end - start)
                raise
            self._slices.grow()
            return self._page(rows, begun, until, full=len(rows) >= most, closed=closed)

    def _page(self, rows: list[msgspec.Raw], begun: kql.Position, until: str, *, full: bool, closed: bool) -> LogPage:
        try:
            last = msgspec.json.decode(rows[-1], type=_Key).position if rows else None
            following = kql.next_position(last, begun, until, full=full, closed=closed)
        except (msgspec.MsgspecError, ValueError) as error:
            raise Unavailable(f"{HUNTING.name}: {self._table.name} cannot be continued: {_told(error)}") from None
        return LogPage(records=tuple(map(bytes, rows)), next_link=following.link if following else None)


class GraphAppInfo:
    """OAuthAppInfo: the latest row of each app that app governance knows."""

    def __init__(self, connection: GraphConnection) -> None:
        self._connection = connection

    async def rows(self) -> AsyncIterator[tuple[bytes, ...]]:
        """At most a million, some thousands at a time, by appId. Raises as ``GraphHunting.page``."""
        after = ""
        for _ in range(_MOST_PAGES):
            query = f"{_APP_INFO.format(after=kql.text(after))} | order by OAuthAppId asc | take {_APPS_AT_ONCE}"
            try:
                rows = await run(self._connection, query)
            except Refused as error:
                raise _last_word("OAuthAppInfo", error) from None
            yield tuple(map(bytes, rows))
            if len(rows) < _APPS_AT_ONCE:
                return
            try:
                last = msgspec.json.decode(rows[-1], type=_AppKey).app_id
            except msgspec.MsgspecError:
                last = ""
            if not last or last == after:
                raise Unavailable(f"{HUNTING.name}: OAuthAppInfo cannot be continued")
            after = last


async def run(connection: GraphConnection, query: str) -> list[msgspec.Raw]:
    """The rows, as they were on the wire. Repeated within the connection's limits."""
    content = msgspec.json.encode({"Query": query})
    url = connection.address_of(HUNTING, "/security/runHuntingQuery")

    async def attempt() -> list[msgspec.Raw]:
        response = await connection.send(HUNTING, "POST", url, content)
        return decoded(HUNTING, response, _Answer).results

    return await patiently(attempt, connection.limits)


def _last_word(table: str, error: Exception) -> Exception:
    if isinstance(error, Refused):
        return NotLicensed(f"{HUNTING.name} refuses {table}: the tenant lacks the product that fills it")
    return error


def _told(error: Exception) -> str:
    return "the last row is none" if isinstance(error, msgspec.MsgspecError) else str(error)
