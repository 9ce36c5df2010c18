"""Hunting in the archive: a page of the events that answer a query, and all events of a range.

A page reads whole hours, the newest first, until it is full, or has read enough: then it is short and says where to go
on. What it holds of an hour is no more than it can show. An hour is read again for the page that continues within it.
"""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime, timedelta

import msgspec
from msgspec import Struct

from shared.domain.archived_events import ArchivedEvent
from shared.domain.event_queries import EventOrder, EventPage, EventQuery, Matches, Orders, matcher_of
from shared.pipeline.activity.services import ActivityServices
from shared.pipeline.inventory.services import InventoryServices

MOST_HOURS = 48
"""Read for one page: each costs some requests of every stream that has events of it."""
MOST_EVENTS = 100_000
"""Read for one page; the hour in which that many is reached is read to its end."""
_STREAMS_AT_ONCE = 4
_HOUR = timedelta(hours=1)
_MOST_CHARACTERS = 1024

type _Found = tuple[EventOrder, ArchivedEvent]


class _Place(Struct, frozen=True, forbid_unknown_fields=True):
    """The hour to begin with, and the last event shown of it. ``query`` is a digest of the filters."""

    query: str
    hour: datetime
    after: EventOrder | None


class _HourFound(Struct, frozen=True):
    found: list[_Found]
    looked_at: int


async def find_events(services: ActivityServices, query: EventQuery, top: int, after: str | None) -> EventPage:
    """Raises ValueError for an ``after`` that no page of this query gave."""
    hours, last = _ahead(query, after)
    streams = sorted(query.streams or await services.event_archive.streams())
    matches = matcher_of(query)
    found: list[_Found] = []
    looked_at, read_back_to = 0, None
    async for hour, held in _held(services, streams, hours[: MOST_HOURS + 1]):
        if hour == hours[0] - MOST_HOURS * _HOUR or looked_at >= MOST_EVENTS or len(found) == top:
            return _page(found, read_back_to, _Place(query.digest, hour, None))
        of_hour = await _newest(services, held, hour, last, matches, top - len(found) + 1)
        looked_at += of_hour.looked_at
        found += of_hour.found
        if len(found) > top:
            del found[top:]
            return _page(found, hour, _Place(query.digest, hour, found[-1][0]))
        last, read_back_to = None, hour
    return _page(found, read_back_to, None)


async def ids_of_app(services: InventoryServices, app_id: str | None) -> frozenset[str]:
    """All ids by which records name the app, asked for by any of them: some records tell the object id alone.

    Ids are copied from elsewhere, in capitals or with blanks, and as pages show an app that nobody knows (its ``key``).
    """
    if app_id is None:
        return frozenset()
    asked = app_id.strip().lower().removeprefix("object:")
    alias = (await services.aliases.lookup([asked])).get(asked)
    known = alias.app_id if alias else asked
    app = (await services.apps.get([known])).get(known)
    object_ids = (app.service_principal_id, app.application_object_id) if app else ()
    return frozenset(filter(None, (asked, known, *object_ids)))


async def of_range(
    services: ActivityServices, streams: Collection[str], start: datetime, end: datetime
) -> AsyncIterator[Sequence[ArchivedEvent]]:
    """All events from ``start`` up to but without ``end``, a batch at a time: hour by hour, the oldest hour first.

    Within an hour they come stream by stream, as collected. Undated events stand in the hour of their collection.
    """
    query = EventQuery(start=start, end=end)
    matches = matcher_of(query)
    for hour in reversed(query.hours):
        for stream in sorted(streams):
            async for events in services.event_archive.of_hour(stream, hour):
                wanted = [each for each in events if matches(each.event)]
                if wanted:
                    yield wanted


async def _held(
    services: ActivityServices, streams: Sequence[str], hours: Sequence[datetime]
) -> AsyncIterator[tuple[datetime, Sequence[str]]]:
    """Each hour with the streams that have events of it.

    Asked for in spans that double: mostly the first hours fill a page, and where nothing happened, asking hour by hour
    takes thousands of requests.
    """
    free = asyncio.Semaphore(_STREAMS_AT_ONCE)

    async def ask(stream: str, span: Sequence[datetime]) -> frozenset[datetime]:
        async with free:
            return await services.event_archive.hours(stream, span[-1], span[0])

    start, size = 0, 1
    while start < len(hours):
        span = hours[start : start + size]
        found = await asyncio.gather(*(ask(stream, span) for stream in streams))
        for hour in span:
            yield hour, [stream for stream, held in zip(streams, found, strict=True) if hour in held]
        start, size = start + size, size * 2


async def _newest(
    services: ActivityServices,
    streams: Sequence[str],
    hour: datetime,
    last: EventOrder | None,
    matches: Matches,
    most: int,
) -> _HourFound:
    """Of these streams, those that come after the ``last`` shown."""
    free = asyncio.Semaphore(_STREAMS_AT_ONCE)

    async def read(stream: str) -> _HourFound:
        async with free:
            return await _newest_of(services, stream, hour, last, matches, most)

    parts = await asyncio.gather(*map(read, streams))
    found = sorted((each for part in parts for each in part.found), key=_order)
    return _HourFound(found[:most], sum(part.looked_at for part in parts))


async def _newest_of(
    services: ActivityServices, stream: str, hour: datetime, last: EventOrder | None, matches: Matches, most: int
) -> _HourFound:
    """Keeps no more than ``most`` from batch to batch."""
    found: list[_Found] = []
    orders, looked_at = Orders(), 0
    async for events in services.event_archive.of_hour(stream, hour):
        looked_at += len(events)
        wanted = [
            (order, each) for order, each in orders.of(events) if (last is None or order > last) and matches(each.event)
        ]
        found = sorted([*found, *wanted], key=_order)[:most]
    return _HourFound(found, looked_at)


def _order(found: _Found) -> EventOrder:
    return found[0]


def _ahead(query: EventQuery, after: str | None) -> tuple[Sequence[datetime], EventOrder | None]:
    """The hours that are still to be read, and the last event shown of the first of them."""
    if after is None:
        return query.hours, None
    if len(after) > _MOST_CHARACTERS:
        raise ValueError("not a page token")
    try:
        place = msgspec.json.decode(after, type=_Place)
    except (msgspec.MsgspecError, UnicodeError):
        raise ValueError("not a page token") from None
    if place.query != query.digest or place.hour not in query.hours:
        raise ValueError("not a page token of this query")
    return [hour for hour in query.hours if hour <= place.hour], place.after


def _page(found: Sequence[_Found], read_back_to: datetime | None, place: _Place | None) -> EventPage:
    token = msgspec.json.encode(place).decode() if place else None
    return EventPage(events=tuple(each for _, each in found), next=token, read_back_to=read_back_to)
