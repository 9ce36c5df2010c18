"""A collection read page by page, as a collector reads it."""

from collections.abc import Awaitable, Callable

from shared.domain.directory import DirectoryObject, DirectoryPage
from shared.domain.errors import Unavailable


async def all_pages(
    read: Callable[[str | None], Awaitable[DirectoryPage]], most: int = 100
) -> dict[str, DirectoryObject]:
    """Goes on after a failure as a collector does: at the link where it stopped. Asks ``most`` times."""
    found: dict[str, DirectoryObject] = {}
    link: str | None = None
    last: Exception = AssertionError(f"more than {most} pages")
    for _ in range(most):
        try:
            page = await read(link)
        except Unavailable as error:
            last = error
            continue
        found |= {item["id"]: item for item in page.objects}
        if page.next_link is None:
            return found
        link = page.next_link
    raise last
