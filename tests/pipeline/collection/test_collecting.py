"""Collecting a directory's audits: every record once, whatever the directory answers and whoever else collects."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import msgspec
import pytest
from msgspec.structs import replace as with_fields

from shared.bootstrap import Application
from shared.domain.app_references import Alias, AppReference
from shared.domain.apps import App
from shared.domain.errors import (
    DeltaExpired,
    NotFound,
    NotLicensed,
    PermissionMissing,
    Refused,
    Unavailable,
)
from shared.domain.events import Event
from shared.domain.ledger import Cursor, SourceCoverage, SourceHealth, SourceState
from shared.domain.passes import Pass, PassKind, PassState
from shared.domain.progress import Progress
from shared.domain.streams import Family, LogPage, Stream
from shared.pipeline.collection.collect_logs import collect_logs
from shared.pipeline.collection.identify import look_up
from shared.pipeline.services import Services
from shared.storage.apps import TableApps
from tests.domain.findings import event
from tests.pipeline.collection.conftest import watching
from tests.pipeline.collection.log import ScriptedLog
from tests.pipeline.conftest import Start
from tests.pipeline.worker import NOW

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def events_before(count: int, apart: timedelta = MINUTE) -> list[Event]:
    """So many, one a minute, the last of them a minute before now."""
    minutes = [(NOW - apart * number - START_OF_EVENTS) / MINUTE for number in range(count, 0, -1)]
    return [event(f"e{number}", minute) for number, minute in enumerate(minutes)]


START_OF_EVENTS = event("first").time or NOW


async def coverage(services: Services) -> SourceCoverage:
    [found] = await services.ledger.coverage(NOW, 24)
    return found


async def state(services: Services) -> SourceState:
    [found] = await services.ledger.source_states()
    return found


async def collect(services: Services, now: datetime) -> None:
    """A run that takes no time."""
    await collect_logs(services, Family.REPORTS, now, clock=lambda: 0)


async def tick(services: Services, log: ScriptedLog, minutes: float = 1) -> None:
    log.now += MINUTE * minutes
    await collect(services, log.now)


async def test_the_first_run_reads_a_week_page_by_page(services: Services, log: ScriptedLog) -> None:
    log.page_size = 4
    log.add_all(events_before(10, HOUR))
    await collect(services, NOW)
    found = await coverage(services)
    assert (found.events, found.duplicates, found.chunks) == (10, 0, 3)
    assert [call.link for call in log.calls] == [None, "4", "8"]
    assert log.calls[0].start == NOW - timedelta(days=7)
    [first] = await services.ledger.passes(Stream.DIRECTORY_AUDITS, 5)
    assert (first.kind, first.state, first.pages, first.new) == (PassKind.FIRST, PassState.COLLECTED, 3, 10)
    assert await state(services) == SourceState(
        source=Stream.DIRECTORY_AUDITS,
        last_complete_read=NOW,
        read_until=NOW,
        since=NOW - timedelta(days=7),
        latest_event=NOW - HOUR,
        noted=NOW,
    )


async def test_what_was_read_before_makes_no_chunk_again(services: Services, log: ScriptedLog) -> None:
    log.add_all(events_before(5))
    await collect(services, NOW)
    for _ in range(20):
        await tick(services, log)
    found = await coverage(services)
    assert (found.events, found.chunks) == (5, 1)
    passes = await services.ledger.passes(Stream.DIRECTORY_AUDITS, 50)
    assert sum(one.duplicates for one in passes) >= 20
    assert sum(one.new for one in passes) == 5


async def test_a_record_that_cannot_be_read_is_counted_once(services: Services, log: ScriptedLog) -> None:
    log.entries.append((NOW, NOW, b'{"id": "x", "no": "form"}'))
    for _ in range(3):
        await tick(services, log)
    found = await coverage(services)
    assert (found.rejected, found.events, found.chunks) == (1, 0, 1)
    assert [hour for hour in found.hours if hour.hour == "undated"] == []


async def test_a_late_record_is_found_by_a_wider_pass_and_counted_as_late(services: Services, log: ScriptedLog) -> None:
    log.add_all(events_before(3))
    await collect(services, NOW)
    log.add(event("late", (NOW - 90 * MINUTE - START_OF_EVENTS) / MINUTE), published=NOW + 2 * MINUTE)
    for _ in range(20):
        log.add(event(f"new {log.now}", (log.now - START_OF_EVENTS) / MINUTE))
        await tick(services, log)
    assert (await state(services)).late == 1
    assert (await coverage(services)).events == 24
    [catching] = [one for one in await services.ledger.passes(Stream.DIRECTORY_AUDITS, 50) if one.late]
    assert catching.kind is PassKind.CATCH_UP


async def test_two_hosts_at_once_read_every_page_once(
    start: Start, unique: Callable[[str], str], log: ScriptedLog
) -> None:
    prefix = unique("a")
    log.page_size = 2
    log.add_all(events_before(12))
    hosts = [watching(start(prefix), log) for _ in range(2)]
    await asyncio.gather(*(collect_logs(host, Family.REPORTS, NOW) for host in hosts))
    assert (await coverage(hosts[0])).events == 12
    assert [call.link for call in log.calls] == [None, "2", "4", "6", "8", "10"]


async def test_a_run_that_outlives_its_claim_doubles_nothing(
    start: Start, unique: Callable[[str], str], log: ScriptedLog
) -> None:
    """Two hosts page through the same pass: of each page's two commits one wins."""
    prefix = unique("a")
    log.page_size = 3
    log.add_all(events_before(12))
    hosts = [watching(start(prefix), log) for _ in range(2)]
    await asyncio.gather(
        collect_logs(hosts[0], Family.REPORTS, NOW), collect_logs(hosts[1], Family.REPORTS, NOW + 10 * MINUTE)
    )
    for _ in range(3):
        await collect_logs(hosts[0], Family.REPORTS, NOW + 30 * MINUTE)
    found = await coverage(hosts[0])
    assert (found.events, found.chunks) == (12, 4)


async def test_a_run_ends_after_four_minutes_and_the_next_goes_on(services: Services, log: ScriptedLog) -> None:
    log.page_size = 2
    log.add_all(events_before(10))
    seconds = iter(range(0, 10_000, 100))
    await collect_logs(services, Family.REPORTS, NOW, clock=lambda: float(next(seconds)))
    assert 0 < len(log.calls) < 5
    assert (await coverage(services)).events == 2 * len(log.calls)
    await tick(services, log)
    assert (await coverage(services)).events == 10
    assert [call.link for call in log.calls][:5] == [None, "2", "4", "6", "8"]


async def test_the_directory_is_not_called_before_the_time_it_named(services: Services, log: ScriptedLog) -> None:
    log.add_all(events_before(4))
    log.faults = [Unavailable("429", retry_after=timedelta(minutes=7))]
    for _ in range(12):
        await tick(services, log)
    asked = [call.at for call in log.calls]
    assert asked[0] == NOW + MINUTE
    assert asked[1] - asked[0] >= timedelta(minutes=7)
    assert (await coverage(services)).events == 4


async def test_failures_without_a_time_are_tried_again_ever_more_slowly(services: Services, log: ScriptedLog) -> None:
    log.faults = [Unavailable("503") for _ in range(7)]
    for _ in range(40):
        await tick(services, log)
    failures = [call.at for call in log.calls[:7]]
    waits = [later - earlier for earlier, later in pairwise(failures)]
    assert waits == sorted(waits)
    assert waits[-1] >= 8 * MINUTE
    assert (await state(services)).health is SourceHealth.OK


@pytest.mark.parametrize("lost", [NotFound("gone"), Refused("bad token"), DeltaExpired("410")])
async def test_a_link_that_no_longer_works_starts_the_pass_again(
    services: Services, log: ScriptedLog, lost: Exception
) -> None:
    log.page_size = 2
    log.add_all(events_before(6))
    log.faults = [None, lost]
    await collect(services, NOW)
    assert (await state(services)).health is SourceHealth.FAILING
    await tick(services, log)
    assert [call.link for call in log.calls] == [None, "2", None, "2", "4"]
    found = await coverage(services)
    assert (found.events, found.duplicates) == (6, 0)
    assert (await state(services)).health is SourceHealth.OK


@pytest.mark.parametrize(
    ("error", "health"),
    [
        (PermissionMissing("auditLogs", ("AuditLog.Read.All",)), SourceHealth.PERMISSION_MISSING),
        (NotLicensed("no licence"), SourceHealth.NOT_LICENSED),
    ],
)
async def test_what_is_missing_is_said_and_tried_again_every_quarter_of_an_hour(
    services: Services, log: ScriptedLog, error: Exception, health: SourceHealth
) -> None:
    log.faults = [error, error]
    for _ in range(25):
        await tick(services, log)
    found = await state(services)
    assert (found.health, found.reason, found.last_complete_read) == (health, str(error), None)
    assert [call.at for call in log.calls] == [NOW + MINUTE, NOW + 16 * MINUTE]
    assert (await coverage(services)).chunks == 0
    for _ in range(15):
        await tick(services, log)
    assert (await state(services)).health is SourceHealth.OK


async def test_a_host_that_stood_still_begins_where_it_was(services: Services, log: ScriptedLog) -> None:
    log.add_all(events_before(3))
    await collect(services, NOW)
    log.add_all(event(f"away {hour}", (NOW + HOUR * hour - START_OF_EVENTS) / MINUTE) for hour in range(1, 72))
    await tick(services, log, minutes=72 * 60)
    assert (await coverage(services)).events == 3 + 71
    assert (await state(services)).gaps == ()


async def test_a_collector_that_stopped_makes_its_source_stale(services: Services, log: ScriptedLog) -> None:
    await tick(services, log)
    found = await state(services)
    assert found.health_at(log.now + 5 * MINUTE) is SourceHealth.OK
    assert found.health_at(log.now + 11 * MINUTE) is SourceHealth.STALE


async def test_without_a_tenant_nothing_is_collected(start: Start, unique: Callable[[str], str]) -> None:
    alone = start(unique("a")).services
    await collect_logs(alone, Family.REPORTS, NOW)
    assert await alone.ledger.source_states() == ()


def slow() -> Callable[[], float]:
    """A clock by which a run has time for a page or two."""
    seconds = iter(range(0, 10_000, 150))
    return lambda: float(next(seconds))


async def test_a_first_read_of_many_runs_is_heard_of_and_is_no_failure(services: Services, log: ScriptedLog) -> None:
    log.page_size = 1
    log.add_all(events_before(10))
    await collect_logs(services, Family.REPORTS, NOW, clock=slow())
    found = await state(services)
    assert (found.health, found.last_complete_read) == (SourceHealth.OK, None)
    assert [one.kind for one in found.running] == [PassKind.FIRST]


async def test_a_source_is_well_again_as_soon_as_a_page_was_read(services: Services, log: ScriptedLog) -> None:
    log.page_size = 1
    log.add_all(events_before(10))
    log.faults = [Unavailable("503")]
    await collect(services, NOW)
    assert (await state(services)).health is SourceHealth.FAILING
    await collect_logs(services, Family.REPORTS, NOW + MINUTE, clock=slow())
    assert (await state(services)).health is SourceHealth.OK
    assert len(log.calls) < 10


async def test_a_deep_pass_of_many_runs_hides_no_recent_one(services: Services, log: ScriptedLog) -> None:
    log.add_all(events_before(20, HOUR))
    await collect(services, NOW)
    log.now += 6 * HOUR + MINUTE
    log.page_size = 1
    for _ in range(3):
        log.now += MINUTE
        await collect_logs(services, Family.REPORTS, log.now, clock=slow())
    found = await state(services)
    assert PassKind.DEEP in {one.kind for one in found.running}
    assert found.last_complete_read is not None
    assert log.now - found.last_complete_read < 3 * MINUTE


async def test_a_page_of_more_days_than_a_batch_takes_becomes_several_chunks(
    services: Services, log: ScriptedLog
) -> None:
    log.ignores_window = True
    log.add_all(event(f"d{day}", -day * 24 * 60) for day in range(200))
    await collect(services, NOW)
    found = await coverage(services)
    assert (found.events, found.chunks) == (200, 3)
    assert (await state(services)).health is SourceHealth.OK
    await tick(services, log)
    assert (await coverage(services)).events == 200


async def test_a_failure_that_nobody_foresaw_is_stored_and_waited_for(services: Services, log: ScriptedLog) -> None:
    log.add_all(events_before(3))
    log.faults = [TypeError("text that an attacker may have written")]
    await collect(services, NOW)
    found = await state(services)
    assert found.health is SourceHealth.FAILING
    assert (found.reason or "").startswith("TypeError in log.py:")
    await collect(services, NOW)
    assert len(log.calls) == 1
    await tick(services, log)
    assert ((await state(services)).health, (await coverage(services)).events) == (SourceHealth.OK, 3)


async def test_a_record_that_is_none_holds_up_no_other(services: Services, log: ScriptedLog) -> None:
    log.add_all(events_before(2))
    log.entries += [(NOW, NOW, b"null"), (NOW, NOW, b"5")]
    await collect(services, NOW)
    found = await coverage(services)
    assert (found.events, found.rejected) == (2, 2)


async def test_an_event_without_a_name_gets_the_one_that_the_inventory_knows_now(
    connected: Services, application: Application
) -> None:
    await connected.aliases.learn([Alias("5f0e2a10-0000-4000-8000-000000000009", "app-9", "Old name")])
    await TableApps(application.connection).save([App(app_id="app-9", display_name="New name")], NOW)
    nameless = AppReference(service_principal_id="5f0e2a10-0000-4000-8000-000000000009")
    named = AppReference(service_principal_id="5f0e2a10-0000-4000-8000-000000000009", display_name="As recorded")
    found = await look_up(connected, [event("a", of=nameless), event("b", of=named)])
    assert [one.event.app.display_name for one in found] == ["New name", "As recorded"]


async def test_a_link_that_only_ever_fails_is_given_up_and_its_pass_begun_again(
    services: Services, log: ScriptedLog
) -> None:
    begun = Pass(number=1, kind=PassKind.FIRST, start=NOW - timedelta(days=7), end=NOW, started=NOW)
    stuck = with_fields(begun, next_link="2", pages=1, attempts=98)
    position = msgspec.json.encode(Progress(open=(stuck,))).decode()
    await services.ledger.move(Stream.DIRECTORY_AUDITS, Cursor(), position)
    log.faults = [Unavailable("500"), Unavailable("500")]
    for hours in range(3):
        await collect_logs(services, Family.REPORTS, NOW + timedelta(hours=hours), lambda: 0)
    assert [call.link for call in log.calls][:3] == ["2", "2", None]


class Circle:
    """Two pages that lead to each other."""

    def __init__(self) -> None:
        self.calls = 0

    async def page(self, start: datetime, end: datetime, link: str | None) -> LogPage:
        assert start < end
        self.calls += 1
        return LogPage(records=(), next_link="second" if link == "first" else "first")


async def test_pages_that_lead_in_a_circle_are_left_and_told(services: Services) -> None:
    circle = Circle()
    await collect_logs(replace(services, logs={Stream.DIRECTORY_AUDITS: circle}), Family.REPORTS, NOW)
    [state] = await services.ledger.source_states()
    assert (state.health, state.reason) == (SourceHealth.FAILING, "the pages lead in a circle")
    assert circle.calls == 3
