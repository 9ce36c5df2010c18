"""Events whose app is not known: fetched, else parked until it arrives, else judged after an hour as they are."""

import dataclasses
from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from shared.domain.activities import Activity
from shared.domain.alert_queries import AlertQuery
from shared.domain.alerts import Alert
from shared.domain.app_references import AppReference, Resolution
from shared.domain.errors import PermissionMissing, Unavailable
from shared.domain.events import Event
from shared.domain.ledger import ChunkState, ParkedCounts
from shared.domain.streams import Family, Stream
from shared.pipeline.collection.collect_logs import collect_logs
from shared.pipeline.collection.read_coverage import read_coverage
from shared.pipeline.delivery.settle import settle
from shared.pipeline.detection.evaluate import evaluate
from shared.pipeline.operation.sweep import sweep
from shared.pipeline.services import Services
from shared.policies.ruleset import compile_sound
from tests.domain.findings import event
from tests.pipeline.collection.directory import APP_ID, PAYROLL, SERVICE_PRINCIPAL, Directory
from tests.pipeline.collection.log import ScriptedLog
from tests.pipeline.worker import NOW

MINUTE = timedelta(minutes=1)


async def judge(services: Services, log: ScriptedLog, *events: Event, now: datetime = NOW) -> None:
    """Collect these events and judge their chunk."""
    log.add_all(events)
    await collect_logs(services, Family.REPORTS, now, clock=lambda: 0)
    cursor = await services.ledger.cursor(Stream.DIRECTORY_AUDITS)
    await evaluate(services, Stream.DIRECTORY_AUDITS, cursor.next_sequence - 1, now)


async def alerts(services: Services, now: datetime = NOW) -> list[Alert]:
    async for alert_id in services.intents.older_than(now + timedelta(days=1)):
        await settle(services, alert_id, now)
    page = await services.alert_list.page(AlertQuery(), 50, None)
    return [listed.alert for listed in page.alerts]


async def parked(services: Services) -> ParkedCounts:
    assert services.parked is not None
    return (await services.parked.counts()).get(Stream.DIRECTORY_AUDITS, ParkedCounts())


async def test_an_unknown_app_is_fetched_and_its_event_judged_at_once(
    connected: Services, log: ScriptedLog, directory: Directory
) -> None:
    directory.apps[SERVICE_PRINCIPAL] = APP_ID
    await judge(connected, log, event("e1", of=PAYROLL))
    [alert] = await alerts(connected)
    assert (alert.app.app_id, alert.app.resolution) == (APP_ID, Resolution.RESOLVED)
    assert directory.asked == [SERVICE_PRINCIPAL]
    assert await parked(connected) == ParkedCounts()


async def test_an_event_waits_for_its_app_and_is_judged_when_it_arrives(
    connected: Services, log: ScriptedLog, directory: Directory
) -> None:
    await judge(connected, log, event("e1", of=PAYROLL))
    chunk = await connected.ledger.chunk(Stream.DIRECTORY_AUDITS, 1)
    assert chunk is not None
    assert (chunk.state, chunk.parked) == (ChunkState.EVALUATED, 1)
    assert (await sweep(connected, NOW + MINUTE)).parked == 0
    assert await alerts(connected) == []
    directory.apps[SERVICE_PRINCIPAL] = APP_ID
    await directory.teach(SERVICE_PRINCIPAL, NOW)
    assert (await sweep(connected, NOW + 2 * MINUTE)).parked == 1
    [alert] = await alerts(connected)
    assert alert.app.app_id == APP_ID
    assert await parked(connected) == ParkedCounts()


async def test_after_an_hour_an_event_is_judged_with_its_identity_unresolved(
    connected: Services, log: ScriptedLog
) -> None:
    await judge(connected, log, event("e1", of=PAYROLL))
    assert (await sweep(connected, NOW + 59 * MINUTE)).parked == 0
    assert (await sweep(connected, NOW + 60 * MINUTE)).parked == 1
    [alert] = await alerts(connected)
    assert (alert.app.app_id, alert.app.resolution) == (None, Resolution.UNRESOLVED)
    [report] = await read_coverage(connected, NOW, 1)
    assert (report.parked.waiting, report.parked.judged_unresolved) == (0, 1)


async def test_an_app_that_records_name_but_the_inventory_does_not_know_is_waited_for(
    connected: Services, log: ScriptedLog
) -> None:
    await judge(connected, log, event("e1", of=replace(PAYROLL, app_id=APP_ID)))
    assert (await parked(connected)).waiting == 1


@pytest.mark.parametrize("fault", [Unavailable("429"), PermissionMissing("apps", ("Application.Read.All",))])
async def test_a_directory_that_cannot_be_asked_holds_nothing_up(
    connected: Services, log: ScriptedLog, directory: Directory, fault: Exception
) -> None:
    directory.fault = fault
    await judge(connected, log, event("e1", of=PAYROLL))
    chunk = await connected.ledger.chunk(Stream.DIRECTORY_AUDITS, 1)
    assert chunk is not None
    assert (chunk.state, chunk.parked) == (ChunkState.EVALUATED, 1)


async def test_one_chunk_asks_for_twenty_apps_at_most(
    connected: Services, log: ScriptedLog, directory: Directory
) -> None:
    many = [AppReference(service_principal_id=f"5f0e2a10-0000-4000-8000-{number:012}") for number in range(50)]
    await judge(connected, log, *(event(f"e{number}", number, of=app) for number, app in enumerate(many)))
    assert len(directory.asked) == 20
    assert (await parked(connected)).waiting == 50


async def test_without_a_directory_every_event_is_judged_at_once(services: Services, log: ScriptedLog) -> None:
    await judge(services, log, event("e1", of=PAYROLL))
    [alert] = await alerts(services)
    assert alert.app.resolution is Resolution.UNRESOLVED
    assert await parked(services) == ParkedCounts()


async def test_the_inventory_is_told_which_apps_were_changed(
    connected: Services, log: ScriptedLog, directory: Directory
) -> None:
    other = AppReference(service_principal_id="5f0e2a10-0000-4000-8000-000000000002")
    await judge(
        connected,
        log,
        event("e1", of=PAYROLL),
        replace(event("e2", of=other), activity=Activity.OWNER_ADDED, operation="Add owner to service principal"),
    )
    assert set(directory.wanted) == {SERVICE_PRINCIPAL, other.service_principal_id}


async def test_what_was_parked_is_judged_by_the_policies_as_they_are_now(connected: Services, log: ScriptedLog) -> None:
    await judge(connected, log, event("e1", of=PAYROLL))
    rules = [connected.rules()]

    async def refresh() -> None:
        rules[0] = compile_sound((), lists={})

    host = dataclasses.replace(connected, rules=lambda: rules[0], refresh_rules=refresh)
    await sweep(host, NOW + timedelta(hours=2))
    assert await parked(host) == ParkedCounts(judged_unresolved=1)
    assert await alerts(host) == []
