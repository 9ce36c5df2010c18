"""A log read page by page to its end."""

from datetime import datetime

from shared.pipeline.collection.ports import LogReader


async def all_records(log: LogReader, start: datetime, end: datetime, most: int = 100) -> list[bytes]:
    found: list[bytes] = []
    link: str | None = None
    for _ in range(most):
        page = await log.page(start, end, link)
        found += page.records
        link = page.next_link
        if link is None:
            return found
    raise AssertionError(f"more than {most} pages")
