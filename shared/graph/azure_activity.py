"""The activity log of Azure subscriptions."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from urllib.parse import unquote

import msgspec
from msgspec import Struct, field

from shared.domain.errors import DeltaExpired, Unavailable
from shared.domain.streams import LogPage
from shared.graph import queries
from shared.graph.bodies import decoded
from shared.graph.connection import GraphConnection
from shared.graph.endpoints import AZURE_ACTIVITY, Endpoint
from shared.graph.waits import patiently
from shared.sources.azure_activity import matters

_log = logging.getLogger(__name__)


class _Page(Struct, frozen=True):
    values: list[msgspec.Raw] = field(name="value")
    next_link: str | None = field(default=None, name="nextLink")


class AzureActivity:
    """The connection is to Azure Resource Manager, not to Graph.

    Subscriptions are read one after the other, each newest first. A link says whose it is: ``SUBSCRIPTION ADDRESS``,
    or the subscription alone where it is to be begun. Records that give no event are left out, and how many in the log.
    """

    def __init__(self, connection: GraphConnection, subscription_ids: tuple[str, ...]) -> None:
        self._connection = connection
        self._following: dict[str, str | None] = dict(pairwise([*subscription_ids, ""]))
        self._first = subscription_ids[0]

    async def page(self, start: datetime, end: datetime, link: str | None) -> LogPage:
        """Raises as any reader of a log; DeltaExpired also for the link of a subscription that is no longer read."""
        subscription_id, _, address = (link or self._first).partition(" ")
        if subscription_id not in self._following:
            raise DeltaExpired(f"{AZURE_ACTIVITY.name}: the link is of another subscription")
        # By its own name, so that what may not be read can be told from the others.
        endpoint = replace(AZURE_ACTIVITY, name=AZURE_ACTIVITY.name.replace("{id}", subscription_id))
        path = queries.azure_activity_path(subscription_id, start, end)
        page = await self._page(endpoint, address or self._connection.address_of(endpoint, path))
        next_link = f"{subscription_id} {page.next_link}" if page.next_link else self._following[subscription_id]
        return LogPage(records=_kept([bytes(value) for value in page.values]), next_link=next_link or None)

    async def _page(self, endpoint: Endpoint, url: str) -> _Page:
        if not self._connection.is_own(url):
            raise DeltaExpired(f"{endpoint.name}: the link is of another endpoint")

        async def attempt() -> _Page:
            page = decoded(endpoint, await self._connection.send(endpoint, "GET", url), _Page)
            return _Page(page.values, self._checked(page.next_link, url))

        return await patiently(attempt, self._connection.limits)

    def _checked(self, link: str | None, url: str) -> str | None:
        """The link to the next page. Raises Unavailable if it leads elsewhere, or back."""
        if not link:
            return None
        scheme, separator, rest = link.partition("://")
        host, slash, path = rest.partition("/")
        plain = f"{scheme}{separator}{host.removesuffix(':443')}{slash}{path}"
        if not self._connection.is_own(plain):
            raise Unavailable(f"{AZURE_ACTIVITY.name}: a link points at another host")
        if unquote(plain) == unquote(url):
            raise Unavailable(f"{AZURE_ACTIVITY.name}: the next link loops")
        return plain


def _kept(read: Sequence[bytes]) -> tuple[bytes, ...]:
    kept = tuple(record for record in read if matters(record))
    if len(kept) < len(read):
        _log.info("records of Azure that give no event", extra={"left_out": len(read) - len(kept)})
    return kept
