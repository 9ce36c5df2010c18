"""One content type of the Office 365 Management Activity API."""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

import msgspec
from msgspec import Struct

from shared.domain.errors import Conflict, DeltaExpired, NotFound, Unavailable
from shared.domain.streams import LogPage
from shared.graph import queries
from shared.graph.bodies import decoded
from shared.graph.connection import GraphConnection
from shared.graph.endpoints import ACTIVITY_BLOB, ACTIVITY_CONTENT, ACTIVITY_SUBSCRIPTIONS, Endpoint
from shared.graph.failures import TooOld
from shared.graph.waits import patiently

_FURTHEST = timedelta(days=7) - timedelta(hours=1)
"""The API lists what is seven days old. A pass may take its time after its window was fixed."""
_WIDEST = timedelta(days=1)
"""Of one listing."""
_NOT_AGAIN = timedelta(minutes=15)
"""A subscription is not started twice within that time."""
_MOST_PAGES = 1000
"""Of one listing."""
_log = logging.getLogger(__name__)


class _Blob(Struct, frozen=True, rename="camel"):
    """Some records that arrived together."""

    content_id: str
    content_uri: str
    content_created: str

    @property
    def key(self) -> tuple[str, str]:
        """Its place in the order of arrival. The API lists in none."""
        return self.content_created, self.content_id


class _Place(Struct, frozen=True, array_like=True):
    """Where a reading stands: in which listing, and behind which of its blobs."""

    window: datetime
    created: str = ""
    content_id: str = ""

    @property
    def link(self) -> str:
        return msgspec.json.encode(self).decode()


class ManagementActivity:
    """``content_type`` is like Audit.Exchange. The connection is to the API, not to Graph.

    The API lists blobs by when they came to be, whenever what they tell happened. One blob is one page. The listing
    that is being read is kept, and asked for again where a process goes on with what another one began.
    """

    def __init__(self, connection: GraphConnection, tenant_id: str, content_type: str) -> None:
        self._connection = connection
        self._tenant_id = tenant_id
        self._content_type = content_type
        self._listed: tuple[datetime, datetime, Sequence[_Blob]] | None = None

    async def page(self, start: datetime, end: datetime, link: str | None) -> LogPage:
        """Records that arrived from ``start`` up to ``end``, and no longer ago than seven days.

        A page may be empty and not the last. Begins the subscription where there is none: content comes from then on,
        and some of the day before. Raises as any reader of a log.
        """
        end = _whole(end)
        start = max(_whole(start), end - _FURTHEST)
        place = _place_in(link, start, end) if link else _Place(start)
        until = min(place.window + _WIDEST, end)
        blobs = await self._blobs(place, until, is_last=until == end)
        left = [blob for blob in blobs if blob.key > (place.created, place.content_id)]
        following = _Place(until).link if until < end else None
        if not left:
            return LogPage(records=(), next_link=following)
        if len(left) > 1:
            following = _Place(place.window, *left[0].key).link
        return LogPage(records=await self._records(left[0]), next_link=following)

    async def _blobs(self, place: _Place, until: datetime, *, is_last: bool) -> Sequence[_Blob]:
        """Of one window, in the order of arrival."""
        begun = place.window
        if place.created and self._listed and self._listed[:2] == (begun, until):
            return self._listed[2]
        try:
            found = await self._list(begun, until) if begun < until else []
        except TooOld:
            if is_last:
                raise
            # The pass has been waiting or working for so long that this day is too old by now; what follows is not.
            _log.warning("audit content is too old to be listed", extra={"content_type": self._content_type})
            found = []
        self._listed = begun, until, sorted(found, key=lambda blob: blob.key)
        return self._listed[2]

    async def _list(self, start: datetime, end: datetime) -> list[_Blob]:
        period = {"startTime": _instant(start), "endTime": _instant(end)}
        path = queries.activity_path(self._tenant_id, "content", contentType=self._content_type, **period)
        url = self._connection.address_of(ACTIVITY_CONTENT, path)
        try:
            found, following = await self._get(ACTIVITY_CONTENT, url, list[_Blob])
        except NotFound:
            await self._subscribe()
            found, following = await self._get_subscribed(url)
        followed: set[str] = set()
        while following and len(followed) < _MOST_PAGES:
            if following in followed:
                raise Unavailable(f"{ACTIVITY_CONTENT.name}: the next link loops")
            followed.add(following)
            more, following = await self._get(ACTIVITY_CONTENT, following, list[_Blob])
            found += more
        if following:
            raise Unavailable(f"{ACTIVITY_CONTENT.name}: the listing has no end")
        return found

    async def _get_subscribed(self, url: str) -> tuple[list[_Blob], str | None]:
        try:
            return await self._get(ACTIVITY_CONTENT, url, list[_Blob])
        except NotFound as error:
            raise Unavailable(f"{error}: the subscription has not begun yet", _NOT_AGAIN) from None

    async def _subscribe(self) -> None:
        path = queries.activity_path(self._tenant_id, "start", contentType=self._content_type)
        url = self._connection.address_of(ACTIVITY_SUBSCRIPTIONS, path)
        try:
            await patiently(
                partial(self._connection.send, ACTIVITY_SUBSCRIPTIONS, "POST", url), self._connection.limits
            )
        except Conflict:
            # It is there already: another process was faster.
            return
        _log.info("subscription started", extra={"content_type": self._content_type})

    async def _records(self, blob: _Blob) -> tuple[bytes, ...]:
        try:
            address = self._own(ACTIVITY_BLOB, blob.content_uri)
            records, _ = await self._get(ACTIVITY_BLOB, address, list[msgspec.Raw])
        except NotFound:
            _log.warning("audit content is gone", extra={"content_type": self._content_type})
            return ()
        return tuple(map(bytes, records))

    def _own(self, endpoint: Endpoint, address: str) -> str:
        """An address that the API gave, ready to be asked. Raises Unavailable where it leads elsewhere."""
        if not self._connection.is_own(address):
            raise Unavailable(f"{endpoint.name}: a link points at another host")
        return queries.with_publisher(address, self._tenant_id)

    async def _get[T](self, endpoint: Endpoint, url: str, shape: type[T]) -> tuple[T, str | None]:
        """The body, and the address of the next page. Repeated within the connection's limits until both are sound."""

        async def attempt() -> tuple[T, str | None]:
            response = await self._connection.send(endpoint, "GET", url)
            following = response.headers.get("NextPageUri")
            return decoded(endpoint, response, shape), self._own(endpoint, following) if following else None

        return await patiently(attempt, self._connection.limits)


def _place_in(link: str, start: datetime, end: datetime) -> _Place:
    """Raises DeltaExpired for a link of something else, or of another window."""
    try:
        place = msgspec.json.decode(link, type=_Place)
        is_inside = start <= place.window < end
    except (ValueError, TypeError):
        is_inside = False
    if not is_inside:
        raise DeltaExpired(f"{ACTIVITY_CONTENT.name}: the link is of another window")
    return place


def _whole(time: datetime) -> datetime:
    """Whole seconds, which is what the API takes. What a second loses at its end, the next pass reads."""
    return time.astimezone(UTC).replace(microsecond=0)


def _instant(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S")
