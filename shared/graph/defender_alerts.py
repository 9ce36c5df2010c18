"""Alerts of Defender that may be about OAuth apps."""

import logging
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import unquote

from shared.domain.errors import DeltaExpired
from shared.domain.streams import LogPage
from shared.graph import queries
from shared.graph.bodies import decoded
from shared.graph.connection import GraphConnection
from shared.graph.endpoints import DEFENDER_ALERTS
from shared.graph.pages import RawPage, check_links
from shared.graph.waits import patiently
from shared.sources.defender_alerts import concerns_an_app

_HEADERS: Mapping[str, str] = {"Prefer": "include-unknown-enum-members"}
"""Without it, sources that are newer than the API's first version are all called ``unknownFutureValue``."""
_log = logging.getLogger(__name__)


class GraphDefenderAlerts:
    """By the time at which an alert changed. Alerts that concern no app are left out, and how many in the log."""

    def __init__(self, connection: GraphConnection) -> None:
        self._connection = connection

    async def page(self, start: datetime, end: datetime, link: str | None) -> LogPage:
        """Alerts that changed from ``start`` to ``end``, both included, in no order. Raises as any reader of a log."""
        path = queries.defender_alerts_path(start, end)
        page = await self._page(link or self._connection.address_of(DEFENDER_ALERTS, path))
        read = [bytes(value) for value in page.values]
        records = tuple(record for record in read if concerns_an_app(record))
        if len(records) < len(read):
            _log.info("alerts that concern no app", extra={"left_out": len(read) - len(records)})
        return LogPage(records=records, next_link=page.next_link)

    async def _page(self, url: str) -> RawPage:
        """Every page is asked for with the header: a link does not carry it."""
        if not self._connection.is_own(url):
            raise DeltaExpired(f"{DEFENDER_ALERTS.name}: the link is of another endpoint")

        async def attempt() -> RawPage:
            response = await self._connection.send(DEFENDER_ALERTS, "GET", url, headers=_HEADERS)
            page = decoded(DEFENDER_ALERTS, response, RawPage)
            check_links(self._connection, DEFENDER_ALERTS, page, {unquote(url)})
            return page

        return await patiently(attempt, self._connection.limits)
