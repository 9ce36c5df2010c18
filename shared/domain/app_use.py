"""What one app did in a span of time: an hour of one stream, or a day of all.

Bounds keep a day of one app at some hundred kilobytes at the very most, whatever somebody writes into the records.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import chain
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from shared.domain.distinct import Distinct, Tally, merged, union
from shared.domain.events import Service
from shared.domain.streams import Stream

MOST_OPERATIONS: Final = 200
MOST_REQUESTS: Final = 400
MOST_TALLIED: Final = 100
OTHER_CALLS: Final = "other"
CALLS, CALL_ERRORS, BYTES = "calls", "callErrors", "bytes"
DIMENSIONS: Final = ("mailboxes", "items", "files", "signIns", CALLS, CALL_ERRORS, BYTES)
"""What is counted by the hour of a day. Calls are those of Microsoft Graph; days rolled up by former versions lack them
and the bytes.
"""
_CALL_STREAMS: Final = frozenset({Stream.GRAPH_ACTIVITY, Stream.GRAPH_ACTIVITY_LOGS})


class Calls(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """How often an operation was called, and how many of these failed."""

    count: int = 0
    errors: int = 0


class ServiceUse(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """What was done with one service's data. ``bytes_read`` is what the records state: many state none.

    ``unsized`` counts records that stand for an unknown number of items, as one synchronisation of a mailbox does.
    """

    events: int = 0
    items_read: int = 0
    items_sent: int = 0
    items_changed: int = 0
    bytes_read: int = 0
    bytes_sent: int = 0
    unsized: int = 0


class AppUse(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """``calls`` are by operation (``GET /users/{id}/messages`` of Graph, else ``exchange MailItemsAccessed``), of at
    most ``MOST_OPERATIONS``; the rest is together under ``OTHER_CALLS``. Sign-ins are none of these.

    What tells where an app came from and as what (countries, networks, addresses, user agents, credentials, resources)
    is of what succeeded: an attempt from elsewhere that was refused must not make elsewhere usual. ``hours`` are the
    hours of the day (UTC) with events.
    """

    events: int = 0
    errors: int = 0
    first: datetime | None = None
    last: datetime | None = None
    calls: dict[str, Calls] = {}
    services: dict[Service, ServiceUse] = {}
    users: Distinct = Distinct()
    named_users: Distinct = Distinct()
    """Those of records that tell a name alone, as audits of mail and files do: most are among ``users`` as well."""
    mailboxes: Distinct = Distinct()
    files: Distinct = Distinct()
    sites: Distinct = Distinct()
    sign_ins: int = 0
    labels: Tally = Tally()
    countries: Tally = Tally()
    networks: Tally = Tally()
    """Autonomous systems, as text."""
    ip_addresses: Tally = Tally()
    user_agents: Tally = Tally()
    credentials: Tally = Tally()
    resources: Tally = Tally()
    hours: tuple[int, ...] = ()
    requests: dict[str, datetime] = {}
    """By ``GET /users/{id}/messages application`` (or ``delegated``) when it last succeeded: of Graph alone."""


class UseOfHour(Struct, frozen=True, kw_only=True, rename="camel"):
    """``hour`` is the start of the hour, UTC; ``stream`` tells which ledger it comes from."""

    hour: datetime
    stream: str
    use: AppUse


class UseOfDay(Struct, frozen=True, kw_only=True, rename="camel"):
    """A complete day (UTC), of all streams."""

    day: date
    use: AppUse
    per_hour: dict[str, tuple[int, ...]] = {}
    """By dimension (``DIMENSIONS``): 24 numbers."""

    def peak(self, dimension: str) -> int:
        """The most within one hour."""
        return max(self.per_hour.get(dimension, ()), default=0)

    def counts(self, dimension: str) -> bool:
        """Whether the version that rolled the day up counted this."""
        return dimension in self.per_hour


def items_of(use: AppUse) -> int:
    """Read, sent and changed, of all services."""
    return sum(one.items_read + one.items_sent + one.items_changed for one in use.services.values())


def bytes_of(use: AppUse) -> int:
    """Both ways, of all services, as far as the records state any."""
    return sum(one.bytes_read + one.bytes_sent for one in use.services.values())


def day_of(day: date, hours: Iterable[UseOfHour]) -> UseOfDay:
    """A day from the hours of all its streams."""
    by_hour: dict[int, list[UseOfHour]] = {hour: [] for hour in range(24)}
    for each in hours:
        by_hour[each.hour.hour].append(each)
    counted = [_numbers(some) for some in by_hour.values()]
    per_hour = dict(zip(DIMENSIONS, zip(*counted, strict=True), strict=True))
    whole = together(one.use for some in by_hour.values() for one in some)
    services = dict(whole.services)
    for service, told_twice in chain.from_iterable(_bytes_told_twice(some) for some in by_hour.values()):
        touched = services[service]
        services[service] = replace(
            touched,
            bytes_read=touched.bytes_read - told_twice.bytes_read,
            bytes_sent=touched.bytes_sent - told_twice.bytes_sent,
        )
    return UseOfDay(day=day, use=replace(whole, services=services), per_hour=per_hour)


def _bytes_told_twice(hour: Sequence[UseOfHour]) -> Iterable[tuple[Service, ServiceUse]]:
    """Calls of Graph state the size of their answers, audit records that of the items: the larger of both counts."""
    of_calls = _services(one.use for one in hour if one.stream in _CALL_STREAMS)
    others = _services(one.use for one in hour if one.stream not in _CALL_STREAMS)
    for service in of_calls.keys() & others.keys():
        called, told = of_calls[service], others[service]
        yield (
            service,
            ServiceUse(
                bytes_read=min(called.bytes_read, told.bytes_read), bytes_sent=min(called.bytes_sent, told.bytes_sent)
            ),
        )


def _numbers(hour: Sequence[UseOfHour]) -> tuple[int, ...]:
    """In the order of ``DIMENSIONS``.

    Calls of Graph name a mailbox by its user, audit records by an id of its own: added up, each would count twice.
    """
    of_calls = union(one.use.mailboxes for one in hour if one.stream in _CALL_STREAMS)
    others = union(one.use.mailboxes for one in hour if one.stream not in _CALL_STREAMS)
    calls = _added(calls for one in hour if one.stream in _CALL_STREAMS for calls in one.use.calls.values())
    told_twice = sum(twice.bytes_read + twice.bytes_sent for _, twice in _bytes_told_twice(hour))
    return (
        max(of_calls.count, others.count),
        sum(items_of(one.use) for one in hour),
        union(one.use.files for one in hour).count,
        sum(one.use.sign_ins for one in hour),
        calls.count,
        calls.errors,
        sum(bytes_of(one.use) for one in hour) - told_twice,
    )


def together(uses: Iterable[AppUse]) -> AppUse:
    """The sum, in any order the same. Merged all at once, not two by two: see ``distinct.merged``."""
    each = tuple(uses)
    if not each:
        return AppUse()
    return AppUse(
        events=sum(one.events for one in each),
        errors=sum(one.errors for one in each),
        first=min((one.first for one in each if one.first), default=None),
        last=max((one.last for one in each if one.last), default=None),
        calls=bounded_calls(_calls(each), MOST_OPERATIONS),
        services=_services(each),
        users=union(one.users for one in each),
        named_users=union(one.named_users for one in each),
        mailboxes=union(one.mailboxes for one in each),
        files=union(one.files for one in each),
        sites=union(one.sites for one in each),
        sign_ins=sum(one.sign_ins for one in each),
        labels=merged((one.labels for one in each), MOST_TALLIED),
        countries=merged((one.countries for one in each), MOST_TALLIED),
        networks=merged((one.networks for one in each), MOST_TALLIED),
        ip_addresses=merged((one.ip_addresses for one in each), MOST_TALLIED),
        user_agents=merged((one.user_agents for one in each), MOST_TALLIED),
        credentials=merged((one.credentials for one in each), MOST_TALLIED),
        resources=merged((one.resources for one in each), MOST_TALLIED),
        hours=tuple(sorted({hour for one in each for hour in one.hours})),
        requests=bounded_requests(_requests(each), MOST_REQUESTS),
    )


def bounded_calls(calls: Mapping[str, Calls], most: int) -> dict[str, Calls]:
    """The most frequent by name, the rest together."""
    named = [(name, one) for name, one in calls.items() if name != OTHER_CALLS]
    ranked = sorted(named, key=lambda item: (-item[1].count, item[0]))
    rest = [*(one for _, one in ranked[most:]), *(one for name, one in calls.items() if name == OTHER_CALLS)]
    kept = dict(sorted(ranked[:most]))
    return {**kept, OTHER_CALLS: _added(rest)} if rest else kept


def bounded_requests(requests: Mapping[str, datetime], most: int) -> dict[str, datetime]:
    """The latest ones."""
    ranked = sorted(sorted(requests.items()), key=lambda item: item[1], reverse=True)
    return dict(sorted(ranked[:most]))


def _calls(uses: Iterable[AppUse]) -> dict[str, Calls]:
    found: dict[str, list[Calls]] = {}
    for use in uses:
        for name, calls in use.calls.items():
            found.setdefault(name, []).append(calls)
    return {name: _added(calls) for name, calls in found.items()}


def _added(calls: Iterable[Calls]) -> Calls:
    each = tuple(calls)
    return Calls(count=sum(one.count for one in each), errors=sum(one.errors for one in each))


def _services(uses: Iterable[AppUse]) -> dict[Service, ServiceUse]:
    found: dict[Service, dict[str, int]] = {}
    for use in uses:
        for service, touched in use.services.items():
            numbers = found.setdefault(service, dict.fromkeys(ServiceUse.__struct_fields__, 0))
            for name in numbers:
                numbers[name] += getattr(touched, name)
    return {service: ServiceUse(**found[service]) for service in sorted(found)}


def _requests(uses: Iterable[AppUse]) -> dict[str, datetime]:
    latest: dict[str, datetime] = {}
    for use in uses:
        for request, time in use.requests.items():
            latest[request] = max(time, latest.get(request, time))
    return latest
