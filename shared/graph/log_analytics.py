"""MicrosoftGraphActivityLogs in a workspace of Log Analytics.

Imports the SDK on first use only. Its retries and redirects are switched off, as those of Graph's are.
"""

import asyncio
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from shared.domain.errors import NotFound, PermissionMissing, Refused, Unavailable
from shared.domain.streams import LogPage
from shared.graph import kql
from shared.graph.failures import AnswerTooLarge
from shared.graph.limits import Limits
from shared.graph.waits import patiently, retry_after

if TYPE_CHECKING:
    from azure.core.exceptions import HttpResponseError
    from azure.identity.aio import ManagedIdentityCredential
    from azure.monitor.query import LogsTable
    from azure.monitor.query.aio import LogsQueryClient

_NAME = "Log Analytics query"
_ROLE = "Log Analytics Reader"
_AUDIENCE = "https://api.loganalytics.io"
_TABLE = kql.Table(
    name="MicrosoftGraphActivityLogs", time_column="TimeGenerated", id_column="RequestId", app_column="AppId"
)
_SERVER_SECONDS = 180
_LONGEST_SECONDS = _SERVER_SECONDS + 30
_BUSY = frozenset({408, 409, 425, 429})


class LogAnalytics:
    """Use it within one event loop, and close it. ``endpoint`` is https or loopback, where the audience is Azure's.

    What that identity itself does is left out. A query that costs too much, or answers with too much, makes the next
    ones ask for less, until one goes well.
    """

    def __init__(
        self,
        endpoint: str,
        workspace_id: str,
        client_id: str,
        limits: Limits | None = None,
        most_rows: int = kql.MOST_ROWS,
    ) -> None:
        self._endpoint = endpoint.rstrip("/")
        self._workspace_id = workspace_id
        self._client_id = client_id
        self._limits = limits or Limits()
        self._slices = kql.Slices(most_rows)
        self._opened: tuple[LogsQueryClient, ManagedIdentityCredential] | None = None

    async def page(self, start: datetime, end: datetime, link: str | None) -> LogPage:
        """Rows from ``start`` to ``end``, both included, oldest first, at most ``most_rows`` a page.

        A page may be empty and not the last. Raises Unavailable, PermissionMissing and Refused; NotFound where there
        is no such workspace; DeltaExpired for a link of something else.
        """
        begun = kql.position_in(link) if link else kql.Position(kql.instant(start))
        own = (self._client_id,) if self._client_id else ()
        while True:
            until, closed = self._slices.end_of(begun, end)
            most = self._slices.most
            query = kql.page_query(_TABLE, begun, until, most, own, closed=closed)
            try:
                table = await patiently(partial(self._run, query), self._limits)
            except AnswerTooLarge:
                if not self._slices.shrink(end - start):
                    raise
                continue
            self._slices.grow()
            return _page(table, begun, until, full=len(table.rows) >= most, closed=closed)

    async def close(self) -> None:
        if self._opened is not None:
            for each in self._opened:
                await each.close()

    async def _run(self, query: str) -> "LogsTable":
        """The only table of the answer. Raises AnswerTooLarge also where the service broke off and told a part."""
        from azure.core.exceptions import AzureError, HttpResponseError
        from azure.monitor.query import LogsQueryResult

        try:
            async with asyncio.timeout(_LONGEST_SECONDS):
                found = await self._client().query_workspace(
                    self._workspace_id,
                    query,
                    timespan=None,
                    server_timeout=_SERVER_SECONDS,
                    enforce_https=not self._is_local,
                    permit_redirects=False,
                )
        except TimeoutError:
            raise AnswerTooLarge(f"{_NAME} did not answer in time") from None
        except HttpResponseError as error:
            raise _failure(error) from None
        except AzureError as error:
            raise Unavailable(f"{_NAME} could not be made: {type(error).__name__}") from None
        except (TypeError, ValueError, LookupError, AttributeError, RecursionError) as error:
            # The SDK takes it for granted that the answer has the shape that it should have.
            raise Unavailable(f"{_NAME} was answered with another shape: {type(error).__name__}") from None
        if not isinstance(found, LogsQueryResult) or len(found.tables) != 1:
            raise AnswerTooLarge(f"{_NAME} was answered in part")
        return found.tables[0]

    @property
    def _is_local(self) -> bool:
        return self._endpoint.startswith("http:")

    def _client(self) -> "LogsQueryClient":
        from azure.identity.aio import ManagedIdentityCredential
        from azure.monitor.query.aio import LogsQueryClient

        if self._opened is None:
            credential = ManagedIdentityCredential(client_id=self._client_id or None)
            client = LogsQueryClient(
                credential,
                endpoint=self._endpoint,
                audience=_AUDIENCE if self._is_local else self._endpoint,
                retry_total=0,
            )
            self._opened = client, credential
        return self._opened[0]


def _failure(error: "HttpResponseError") -> Exception:
    status = error.status_code or 0
    told = f"{_NAME} answered {status}"
    if status in {413, 504} or (status == 400 and "ResponsePayloadTooLarge" in str(error.error)):
        return AnswerTooLarge(told)
    if status == 403:
        return PermissionMissing(_NAME, (_ROLE,))
    if status == 404:
        return NotFound(f"{told}: there is no such workspace")
    if status < 400 or status >= 500 or status in _BUSY or status == 401:
        headers = getattr(error.response, "headers", {})
        return Unavailable(
            told, retry_after({name.lower(): value for name, value in headers.items()}, datetime.now(UTC))
        )
    return Refused(f"{told}: the workspace may have no {_TABLE.name}")


def _page(table: "LogsTable", begun: kql.Position, until: str, *, full: bool, closed: bool) -> LogPage:
    rows = [dict(zip(table.columns, row, strict=False)) for row in table.rows]
    try:
        last = _position(rows[-1]) if rows else None
        following = kql.next_position(last, begun, until, full=full, closed=closed)
        records = tuple(map(msgspec.json.encode, rows))
    except (ValueError, TypeError, OverflowError) as error:
        raise Unavailable(f"{_NAME}: {_TABLE.name} cannot be read on: {type(error).__name__}") from None
    return LogPage(records=records, next_link=following.link if following else None)


def _position(row: dict[str, object]) -> kql.Position:
    """The SDK cuts times off after microseconds: the last row may come again, and is known by its id then."""
    time, row_id = row.get(_TABLE.time_column), row.get(_TABLE.id_column)
    return kql.Position(
        kql.instant(time) if isinstance(time, datetime) else "", row_id if isinstance(row_id, str) else ""
    )
