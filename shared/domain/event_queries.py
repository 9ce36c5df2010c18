"""What a reader asks of the archive of events, which events answer it, and in which order they are told."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from ipaddress import IPv6Address, ip_address

import msgspec
from msgspec import Struct

from shared.domain.activities import Activity
from shared.domain.archived_events import ArchivedEvent
from shared.domain.events import Event, Service, Target

LONGEST_RANGE = timedelta(days=30)
"""Between the two ends of one query."""
USUAL_RANGE = timedelta(days=1)

type EventOrder = tuple[int, str, str, int]
"""Time, stream, digest of the id, place in the record. Ascending it tells the newest first, and undated events last."""
type Matches = Callable[[Event], bool]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_HOUR = timedelta(hours=1)
_UNDATED = 2**62


class EventQuery(Struct, frozen=True, kw_only=True):
    """All filters must hold; an empty one does not filter. From ``start`` up to but without ``end``, both UTC.

    ``app_ids`` are all ids of one app: records often name the object id alone. ``actor`` is a whole id or name.
    """

    start: datetime
    end: datetime
    app_ids: frozenset[str] = frozenset()
    actor: str | None = None
    activities: frozenset[Activity] = frozenset()
    streams: frozenset[str] = frozenset()
    services: frozenset[Service] = frozenset()
    ip_address: str | None = None
    text: str | None = None

    @property
    def hours(self) -> Sequence[datetime]:
        """The newest first. Without ``end``, so an hour that only begins there is not among them."""
        first = self.start.replace(minute=0, second=0, microsecond=0)
        count = max(0, -((first - self.end) // _HOUR))
        return [first + number * _HOUR for number in reversed(range(count))]

    @property
    def digest(self) -> str:
        """Of all that must stay the same from page to page."""
        parts = [sorted(part) if isinstance(part, frozenset) else part for part in msgspec.structs.astuple(self)]
        return _digest(msgspec.json.encode(parts))


class EventPage(Struct, frozen=True, kw_only=True):
    """It may be short, even empty, and still have a ``next``. ``read_back_to`` is the start of the oldest hour read."""

    events: tuple[ArchivedEvent, ...]
    next: str | None
    read_back_to: datetime | None = None


class Orders:
    """Of the events of one hour and stream as the archive gives them, batch by batch.

    Events of one record have its id and stand together, so the place within the record tells them apart.
    """

    def __init__(self) -> None:
        self._record = ""
        self._place = 0

    def of(self, events: Iterable[ArchivedEvent]) -> Iterator[tuple[EventOrder, ArchivedEvent]]:
        for each in events:
            record, time = each.event.id, each.event.time
            self._place = self._place + 1 if record == self._record else 0
            self._record = record
            before_now = -((time - _EPOCH) // _MICROSECOND) if time else _UNDATED
            yield (before_now, each.stream, _digest(record.encode("utf-8", "surrogatepass")), self._place), each


def matcher_of(query: EventQuery) -> Matches:
    """Filters of single facts first: reading all texts of an event costs most."""
    checks = (_in_range(query), *_facts(query), *_texts(query))
    return lambda event: all(check(event) for check in checks)


def _in_range(query: EventQuery) -> Matches:
    return lambda event: event.time is None or query.start <= event.time < query.end


def _facts(query: EventQuery) -> Iterator[Matches]:
    if query.activities:
        yield lambda event: event.activity in query.activities
    if query.services:
        yield lambda event: event.service in query.services
    if query.app_ids:
        app_ids = frozenset(map(str.lower, query.app_ids))
        yield lambda event: any(each.lower() in app_ids for each in _app_ids(event))
    if query.ip_address is not None:
        address = _address(query.ip_address)
        yield lambda event: isinstance(event.client.ip_address, str) and _address(event.client.ip_address) == address


def _texts(query: EventQuery) -> Iterator[Matches]:
    if query.actor is not None:
        actor = _folded(query.actor).strip()
        yield lambda event: any(_folded(each) == actor for each in _actor(event))
    if query.text is not None:
        text = _folded(query.text)
        yield lambda event: any(text in _folded(each) for each in _shown(event))


def _app_ids(event: Event) -> Iterator[str]:
    """Of the app that it is about, and of one that acted."""
    for app in (event.app, event.actor.app):
        if app is not None:
            yield from filter(None, (app.app_id, app.service_principal_id, app.application_object_id))


def _actor(event: Event) -> Iterator[str]:
    actor = event.actor
    app = (actor.app.app_id, actor.app.display_name) if actor.app else ()
    return filter(None, (actor.id, actor.name, *app))


def _shown(event: Event) -> Iterator[str]:
    yield from (event.id, event.operation, event.activity)
    yield from _actor(event)
    yield from _app_ids(event)
    target = event.target if isinstance(event.target, Target) else Target()
    others = (
        event.app.display_name,
        event.resource.display_name,
        event.correlation_id,
        target.id,
        target.name,
        event.client.ip_address,
        event.client.user_agent,
        event.mailbox,
        event.user,
        event.path,
        event.directory_role,
        event.app_role,
    )
    yield from (each for each in others if isinstance(each, str))
    for change in event.changes:
        yield from filter(None, (change.name, change.before, change.after))


def _address(text: str) -> str:
    """Addresses have several spellings, also as IPv6 of an IPv4 one. What is no address is compared as it stands."""
    try:
        address = ip_address(text.strip())
    except ValueError:
        return text.strip().lower()
    return str(address.ipv4_mapped or address) if isinstance(address, IPv6Address) else str(address)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _digest(content: bytes) -> str:
    return blake2b(content, digest_size=16).hexdigest()
