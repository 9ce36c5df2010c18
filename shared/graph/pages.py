"""Pages of a collection, checked before anything is believed: a page is whole and well-formed, or it is Unavailable."""

from collections.abc import AsyncIterator
from urllib.parse import unquote

import msgspec
from msgspec import Struct, field

from shared.domain.directory import DirectoryObject, DirectoryPage
from shared.domain.errors import DeltaExpired, Unavailable
from shared.graph.bodies import decoded
from shared.graph.connection import GraphConnection
from shared.graph.endpoints import Endpoint
from shared.graph.waits import patiently


class Page[T](Struct, frozen=True):
    """``values`` are decoded objects, or such as they were on the wire (``Raw``)."""

    values: list[T] = field(name="value")
    next_link: str | None = field(default=None, name="@odata.nextLink")
    delta_link: str | None = field(default=None, name="@odata.deltaLink")


ObjectPage = Page[DirectoryObject]
RawPage = Page[msgspec.Raw]


async def get_page[T](
    connection: GraphConnection, endpoint: Endpoint, url: str, shape: type[Page[T]], content: bytes | None = None
) -> Page[T]:
    """The page at an absolute address; by POST where there is ``content``. Repeated within the connection's limits.

    Raises DeltaExpired also where ``url`` is of another endpoint: a link stored before the service was pointed here.
    A loop of more than one page is for the caller to see, who knows which links it has followed.
    """
    if not connection.is_own(url):
        raise DeltaExpired(f"{endpoint.name}: the link is of another endpoint")

    async def attempt() -> Page[T]:
        response = await connection.send(endpoint, "GET" if content is None else "POST", url, content)
        page = decoded(endpoint, response, shape)
        check_links(connection, endpoint, page, {unquote(url)})
        return page

    return await patiently(attempt, connection.limits)


async def pages_from[T](
    connection: GraphConnection, endpoint: Endpoint, page: Page[T], shape: type[Page[T]]
) -> AsyncIterator[Page[T]]:
    """``page``, which is read already, and all that follow it: for collections of a few pages."""
    followed: set[str] = set()
    check_links(connection, endpoint, page, followed)
    yield page
    while page.next_link is not None:
        followed.add(unquote(page.next_link))
        page = await get_page(connection, endpoint, page.next_link, shape)
        check_links(connection, endpoint, page, followed)
        yield page


def check_links[T](connection: GraphConnection, endpoint: Endpoint, page: Page[T], followed: set[str]) -> None:
    """Raises Unavailable if a link leads to another host, or the next one to where we have been.

    ``followed`` holds addresses with nothing encoded.
    """
    for link in (page.next_link, page.delta_link):
        if link is not None and not connection.is_own(link):
            raise Unavailable(f"{endpoint.name}: a link points at another host")
    # One address may be written in more than one way.
    if page.next_link is not None and unquote(page.next_link) in followed:
        raise Unavailable(f"{endpoint.name}: the next link loops")


def directory_page(page: Page[DirectoryObject]) -> DirectoryPage:
    return DirectoryPage(objects=tuple(page.values), next_link=page.next_link, delta_link=page.delta_link)
