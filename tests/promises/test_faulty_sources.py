"""Sources that fail half of the time, of every service at once, read by a clock that is wrong."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from local.tenant.directory.audit_log import AuditLog
from local.tenant.directory.clock import ManualClock
from local.tenant.graph.faults import RIDDEN_OUT, Fault
from local.tenant.server import TenantServer
from shared.bootstrap import Application
from shared.domain.errors import Unavailable
from shared.domain.streams import STREAMS, TWINS, UNIFIED, Family, Stream
from shared.graph.limits import Limits
from shared.pipeline.collection.collect_logs import collect_logs
from shared.pipeline.services import Services
from shared.sources.records import read_bytes
from shared.storage.fact_claims import TableFactClaims
from tests.conftest import RecordFigure
from tests.graph.whole_logs import all_records
from tests.promises.all_streams import Sources, Taken, happen, has_read_beyond, progress_of, sources_of, taken_in
from tests.promises.conftest import ServeTenant

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
LATEST = 90 * MINUTE
"""How late some logs are: beyond what recent passes look back, so that wider ones have to find it."""
SKEWS = (10 * MINUTE, -10 * MINUTE, timedelta(0))
ASKED_TO_WAIT = frozenset({Fault.THROTTLED, Fault.THROTTLED_UNTIL})
PASSING = (RIDDEN_OUT - ASKED_TO_WAIT - {Fault.THROTTLED_INSIDE}) | {
    Fault.NEXT_LINK_LOOP,
    Fault.FOREIGN_NEXT_LINK,
    Fault.DEEP,
}
OF_THE_API = UNIFIED - {Stream.AUDIT_SEARCH, Stream.CLOUD_APP_EVENTS}
LISTINGS = {
    Stream.EXCHANGE_AUDITS: "GET /activity/feed/subscriptions/content",
    Stream.AZURE_ACTIVITY: "GET /subscriptions/{id}/providers/Microsoft.Insights/eventtypes/management/values",
}
MOST_RUNS = 60
QUICK = Limits(first_pause_seconds=0.01, report_pause_seconds=0, identity_pause_seconds=0)

type Connected = Callable[[TenantServer, Limits], Sources]


@pytest.fixture
async def connected() -> AsyncIterator[Connected]:
    async with AsyncExitStack() as opened:

        def one(server: TenantServer, limits: Limits) -> Sources:
            sources = sources_of(server, limits)
            opened.push_async_callback(sources.close)
            return sources

        yield one


@pytest.fixture
async def server(serve_tenant: ServeTenant) -> TenantServer:
    server = await serve_tenant(12)
    for window in server.limits.values():
        window.limit = None
    tenant = server.tenant
    tenant.audits = AuditLog(seed=3, earliest=timedelta(0), latest=LATEST)
    for name in ("graphActivity", "exchangeAudits"):
        tenant.logs[name] = AuditLog(f"late {name}", earliest=timedelta(0), latest=LATEST)
    return server


def reading(application: Application, sources: Sources) -> Services:
    return replace(application.services, logs=sources.readers, facts=TableFactClaims(application.connection))


def moved_on(server: TenantServer, by: timedelta) -> datetime:
    clock = server.tenant.clock
    assert isinstance(clock, ManualClock)
    clock.advance(by)
    return clock.now()


async def run_all(services: Services, now: datetime) -> None:
    """One run of every family at once, by a clock that says so."""
    await asyncio.gather(*(collect_logs(services, family, now, lambda: 0) for family in Family))


async def test_half_of_all_requests_to_all_sources_may_fail(
    server: TenantServer, connected: Connected, application: Application, record_figure: RecordFigure
) -> None:
    sources, began = connected(server, QUICK), moved_on(server, MINUTE)
    services = reading(application, sources)
    server.faults.mix(0.48, PASSING)
    server.faults.mix(0.04, ASKED_TO_WAIT)
    await read_until_all_is_found(server, services)
    server.faults.clear()
    await asyncio.sleep(1)  # What was asked for last, so that the comparison is not refused.
    now = moved_on(server, MINUTE)
    taken = {stream: await taken_in(application, services, stream, now + HOUR) for stream in STREAMS}
    lost = [await lost_of(sources, stream, taken, (began, now)) for stream in STREAMS]
    twice = [beyond_once(taken[stream]) for stream in STREAMS]
    facts = [fact for stream in TWINS for fact in taken[stream].facts]
    assert (sum(lost), sum(twice), len(facts) - len(set(facts))) == (0, 0, 0)
    record_figure(
        "R5", "streams of which half of all requests failed", sum(bool(one.records) for one in taken.values())
    )
    record_figure("R5", "records lost by a failing source", sum(lost))
    record_figure("R5", "records of a failing source counted twice", sum(twice) + len(facts) - len(set(facts)))
    record_figure("R5", "calls of a collector before the time to wait was over", server.requests.early)


async def read_until_all_is_found(server: TenantServer, services: Services) -> None:
    """Things happen in three of the runs; then it goes on until each stream has looked back far enough."""
    for number in range(3):
        happen(server.tenant, number)
        await run_all(services, moved_on(server, 10 * MINUTE) + SKEWS[number])
        await keep_waits(services)
    published = moved_on(server, LATEST + 10 * MINUTE)
    for number in range(MOST_RUNS):
        skew = SKEWS[number % len(SKEWS)]
        await run_all(services, moved_on(server, 7 * HOUR) + skew)
        await keep_waits(services)
        if all([await has_read_beyond(services, stream, published + 10 * MINUTE) for stream in STREAMS]):
            return
    raise AssertionError(f"not all was read in {MOST_RUNS} runs")


async def keep_waits(services: Services) -> None:
    """The clock of the collector moves on by itself; what was asked for is waited for in earnest."""
    if any([(await progress_of(services, stream)).held_until for stream in STREAMS]):
        await asyncio.sleep(1)


async def lost_of(
    sources: Sources, stream: Stream, taken: Mapping[Stream, Taken], period: tuple[datetime, datetime]
) -> int:
    """How many of the records that can be read now were not taken in, or were and are in no hour of the ledger."""
    if stream is Stream.AUDIT_SEARCH:
        # A search takes minutes, and finds what the API has in its four logs.
        found = {record for one in OF_THE_API for record in taken[one].records}
    else:
        found = {read_bytes(record)[0].id for record in await all_records(sources.readers[stream], *period)}
    assert found, f"nothing happened in {stream}"
    own = taken[stream]
    return len(found - own.records.keys()) + abs(own.counted - own.records.total())


def beyond_once(taken: Taken) -> int:
    return sum(count - 1 for counter in (taken.records, taken.events) for count in counter.values())


async def test_each_family_keeps_a_long_wait_that_any_of_its_streams_was_asked_for(
    server: TenantServer, connected: Connected, application: Application
) -> None:
    services = reading(application, connected(server, QUICK))
    server.faults.retry_after = 3600
    server.faults.mix(1, {Fault.THROTTLED})
    requests = server.requests.requests
    await run_all(services, moved_on(server, MINUTE))
    assert len(requests) == len(Family)
    assert requests.total() == len(Family)
    await run_all(services, moved_on(server, 59 * MINUTE))
    assert (requests.total(), server.requests.early) == (len(Family), 0)
    await run_all(services, moved_on(server, 2 * MINUTE))
    assert requests.total() == 2 * len(Family)


@pytest.mark.parametrize("fault", [Fault.NEXT_LINK_LOOP, Fault.FOREIGN_NEXT_LINK])
@pytest.mark.parametrize("stream", LISTINGS)
async def test_a_list_that_always_leads_back_or_astray_is_given_up_at_once(
    server: TenantServer, connected: Connected, stream: Stream, fault: Fault
) -> None:
    reader = connected(server, replace(QUICK, tries=2)).readers[stream]
    server.faults.mix(1, {fault}, LISTINGS[stream])
    now = moved_on(server, 10 * MINUTE)
    with pytest.raises(Unavailable, match="link"):
        await all_records(reader, now - HOUR, now)
    assert server.requests.requests[LISTINGS[stream]] <= 4
