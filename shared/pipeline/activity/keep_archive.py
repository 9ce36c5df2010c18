"""Keeping the archive: days that are over become few blobs, and what is older than its time goes."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from shared.pipeline.activity.services import ActivityServices

SETTLED_AFTER = timedelta(hours=32)
"""After its end a day is compacted: by then nearly all of its events have come, also those of slow logs."""
_RECENT_DAYS = 3
_MOST_EVENTS = 5_000_000
"""Written in one run: about two minutes, well within the ten that a function may take. The next run goes on."""
_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


async def compact_archive(services: ActivityServices, now: datetime) -> int:
    """Returns how many events were written. An hour that is as it should be costs no write; so repeating is cheap."""
    written = 0
    for day in days_to_compact(now, services.archive_days):
        for stream in await services.event_archive.streams():
            written += await services.event_archive.compact(stream, day)
            if written >= _MOST_EVENTS:
                return written
    return written


async def purge_archive(services: ActivityServices, now: datetime) -> int:
    """Returns how many blobs were removed."""
    return await services.event_archive.purge(now.astimezone(UTC).date() - timedelta(days=services.archive_days))


def days_to_compact(now: datetime, archive_days: int) -> Iterator[date]:
    """The last days that are settled, and by turns one older: each comes up once in as many hours as days are kept.

    So what comes very late, as a first read of a new log does, is taken in as well.
    """
    newest = (now.astimezone(UTC) - SETTLED_AFTER).date() - _DAY
    for back in range(_RECENT_DAYS):
        yield newest - back * _DAY
    today, turn = now.astimezone(UTC).date(), (now - _EPOCH) // _HOUR
    older = today - (today.toordinal() - turn) % archive_days * _DAY
    if older <= newest - _RECENT_DAYS * _DAY:
        yield older
