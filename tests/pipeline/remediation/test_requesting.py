"""Who asks is recorded, guards answer at once, an app has one remediation at a time, and a key means one request."""

import asyncio
from collections.abc import Callable
from dataclasses import replace as rewired
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from shared.domain.alert_series import Series
from shared.domain.app_references import AppReference
from shared.domain.apps import Origin
from shared.domain.known import UNKNOWN
from shared.domain.remediation_guards import GuardSettings
from shared.domain.remediation_records import RemediationQuery, VersionedRemediation
from shared.domain.remediations import RemediationAction, RemediationStatus
from shared.pipeline.remediation.errors import (
    AlertOfAnotherApp,
    RemediationActive,
    RemediationRefused,
    RequestKeyReused,
    UnknownAlertNamed,
    UnknownApp,
)
from shared.pipeline.remediation.list_remediations import list_remediations
from shared.pipeline.remediation.plan_remediation import plan_remediation
from shared.pipeline.remediation.request_remediation import request_remediation
from shared.pipeline.remediation.services import RemediationServices
from shared.pipeline.remediation.stop_remediation import set_stop
from tests.conftest import RecordFigure
from tests.domain.findings import app as reference
from tests.domain.findings import event
from tests.pipeline.remediation.conftest import StartHost
from tests.pipeline.remediation.directory import APP_ID, PRINCIPAL_ID, Directory
from tests.pipeline.remediation.work import ADA, DISABLE, ENABLE, NOW, ask, finish, register
from tests.storage.records import change_of

MISSING = f"{'a' * 32}-1"
ANOTHER = "1b1c5c1e-6d7f-4c55-9d4e-1f0d5a3c7b22"
TOMORROW = NOW + timedelta(days=1)


async def test_a_plan_says_what_would_happen_and_touches_nothing(
    host: RemediationServices, directory: Directory, record_figure: RecordFigure
) -> None:
    plan = await plan_remediation(host, PRINCIPAL_ID, RemediationAction.DISABLE, NOW)
    assert (plan.app.app_id, plan.enabled, plan.target, plan.obstacle) == (APP_ID, True, False, None)
    assert all(answer.passed for answer in plan.checks)
    assert any("90 minutes" in sentence for sentence in plan.meaning)
    assert plan.last_read is None
    read = (await host.inventory_reads.state()).state
    await host.inventory_reads.move(replace(read, last_complete_read=NOW), None)
    assert (await plan_remediation(host, APP_ID, RemediationAction.DISABLE, NOW)).last_read == NOW
    assert (directory.reads, directory.writes) == (0, [])
    record_figure("S12", "writes in a dry run", len(directory.writes))
    assert await host.remediation_list.unfinished(TOMORROW) == ()
    assert (await host.remediations.of_app(APP_ID)).version is None


async def test_an_app_that_nobody_knows_is_unknown(host: RemediationServices) -> None:
    for named in ("nobody", "", "' or true"):
        with pytest.raises(UnknownApp):
            await request_remediation(host, named, DISABLE, ADA, NOW)


@pytest.mark.parametrize(
    ("facts", "guards", "code"),
    [
        ({"origin": Origin.MICROSOFT}, GuardSettings(), "microsoftApp"),
        ({"service_principal_type": "ManagedIdentity"}, GuardSettings(), "managedIdentity"),
        ({"service_principal_id": None}, GuardSettings(), "appDeleted"),
        ({"deleted": datetime(2026, 3, 1, tzinfo=UTC)}, GuardSettings(), "appDeleted"),
        ({}, GuardSettings(protected_app_ids=frozenset({APP_ID})), "protectedApp"),
        ({}, GuardSettings(own_app_ids=frozenset({APP_ID})), "ownApp"),
        ({}, GuardSettings(ceiling_per_hour=0), "ceilingReached"),
        ({}, GuardSettings(is_set_up=False), "notSetUp"),
        ({"origin": UNKNOWN}, GuardSettings(), "notYetRead"),
        ({"service_principal_type": UNKNOWN}, GuardSettings(), "notYetRead"),
    ],
)
async def test_a_guard_refuses_at_once_and_nothing_is_recorded(
    host: RemediationServices,
    facts: dict[str, object],
    guards: GuardSettings,
    code: str,
    record_figure: RecordFigure,
) -> None:
    await register(host, **facts)
    with pytest.raises(RemediationRefused) as refused:
        await ask(rewired(host, guards=guards))
    assert refused.value.obstacle.code == code
    assert await host.remediation_list.unfinished(TOMORROW) == ()
    record_figure("S12", "kinds of request refused at once", 1)


async def test_a_display_name_never_decides(host: RemediationServices) -> None:
    await register(host, display_name="Microsoft Graph")
    assert (await ask(host)).remediation.status is RemediationStatus.REQUESTED


async def test_a_stop_refuses_with_its_reason_kept_apart(host: RemediationServices) -> None:
    await set_stop(host, True, "Too much at once.", ADA, NOW)
    with pytest.raises(RemediationRefused) as refused:
        await ask(host)
    assert refused.value.obstacle.code == "stopped"
    await set_stop(host, False, "It was a drill.", ADA, NOW)
    await ask(host)


async def test_an_app_has_one_remediation_at_a_time(host: RemediationServices) -> None:
    first = (await ask(host)).remediation
    with pytest.raises(RemediationActive) as active:
        await ask(host, ENABLE)
    assert active.value.remediation_id == first.id
    await finish(host, first.id)
    assert (await ask(host, ENABLE)).remediation.id != first.id


async def test_of_twenty_requests_at_once_one_is_made_and_the_app_is_written_to_once(
    host: RemediationServices, directory: Directory, record_figure: RecordFigure
) -> None:
    outcomes = await asyncio.gather(*(ask(host) for _ in range(20)), return_exceptions=True)
    made = [outcome for outcome in outcomes if isinstance(outcome, VersionedRemediation)]
    assert len(made) == 1
    assert {type(outcome) for outcome in outcomes} == {VersionedRemediation, RemediationActive}
    await finish(host, made[0].remediation.id)
    assert directory.writes == [False]
    record_figure("S11", "requests for one change, at once or again", len(outcomes))
    record_figure("S11", "writes beyond the first", len(directory.writes) - 1)


async def test_twenty_requests_with_one_key_are_one_and_all_get_its_answer(
    host: RemediationServices, directory: Directory, record_figure: RecordFigure
) -> None:
    answers = await asyncio.gather(*(ask(host, key="k1") for _ in range(20)))
    assert len({answer.remediation.id for answer in answers}) == 1
    await finish(host, answers[0].remediation.id)
    again = await ask(host, now=NOW + timedelta(hours=2), key="k1")
    assert (again.remediation.id, again.remediation.status) == (answers[0].remediation.id, "succeeded")
    assert directory.writes == [False]
    record_figure("S11", "requests for one change, at once or again", len(answers) + 1)
    record_figure("S11", "writes beyond the first", len(directory.writes) - 1)


async def test_a_key_stands_for_one_request_of_one_caller(host: RemediationServices) -> None:
    await register(host, app_id=ANOTHER, service_principal_id=None)
    first = await ask(host, key="k1")
    with pytest.raises(RequestKeyReused):
        await ask(host, ENABLE, key="k1")
    with pytest.raises(RequestKeyReused):
        await request_remediation(host, ANOTHER, DISABLE, ADA, NOW, "k1")
    await finish(host, first.remediation.id)
    bob = replace(ADA, id="bob-id")
    other = await request_remediation(host, APP_ID, ENABLE, bob, NOW, "k1")
    assert other.remediation.id != first.remediation.id


async def test_the_app_may_be_named_in_capitals_and_is_the_same_to_a_key(host: RemediationServices) -> None:
    first = await request_remediation(host, APP_ID.upper(), DISABLE, ADA, NOW, "k1")
    assert first.remediation.app_id == APP_ID
    for named in (APP_ID, PRINCIPAL_ID.upper(), PRINCIPAL_ID):
        assert (await request_remediation(host, named, DISABLE, ADA, NOW, "k1")).remediation == first.remediation


async def test_a_plan_says_that_another_is_under_way(host: RemediationServices) -> None:
    asked = await ask(host)
    plan = await plan_remediation(host, APP_ID, RemediationAction.ENABLE, NOW)
    assert plan.obstacle is not None
    assert plan.obstacle.code == "active"
    await finish(host, asked.remediation.id)
    assert (await plan_remediation(host, APP_ID, RemediationAction.ENABLE, NOW)).obstacle is None


async def test_an_alert_that_does_not_exist_is_refused(host: RemediationServices) -> None:
    with pytest.raises(UnknownAlertNamed):
        await ask(host, replace(DISABLE, alert_id=MISSING))
    with pytest.raises(UnknownAlertNamed):
        await plan_remediation(host, APP_ID, RemediationAction.DISABLE, NOW, MISSING)


async def test_an_alert_about_another_app_is_refused_and_one_about_none_is_not(host: RemediationServices) -> None:
    change = change_of(Series(), [event("e1", of=reference("another app"))])
    await host.alerts.commit(change)
    with pytest.raises(AlertOfAnotherApp):
        await plan_remediation(host, APP_ID, RemediationAction.DISABLE, NOW, change.alert.id)
    with pytest.raises(AlertOfAnotherApp):
        await ask(host, replace(DISABLE, alert_id=change.alert.id))
    unresolved = change_of(Series(), [event("e2", of=AppReference(display_name="Somebody"))])
    await host.alerts.commit(unresolved)
    assert (await ask(host, replace(DISABLE, alert_id=unresolved.alert.id))).remediation.alert_id


async def test_lists_are_newest_first_by_app_and_by_status_in_pages(host: RemediationServices) -> None:
    ids = []
    for number in range(3):
        now = NOW + timedelta(minutes=number)
        asked = (await ask(host, (DISABLE, ENABLE)[number % 2], now)).remediation
        ids.append(asked.id)
        if number < 2:
            await finish(host, asked.id, now)
    shown, after = [], None
    for _ in range(4):
        page = await list_remediations(host, RemediationQuery(), 2, after)
        shown += [one.id for one in page.remediations]
        after = page.next
        if after is None:
            break
    assert shown == ids[::-1]
    running = RemediationQuery(app_id=APP_ID, status=frozenset({RemediationStatus.REQUESTED}))
    assert [one.id for one in (await list_remediations(host, running, 5, None)).remediations] == [ids[2]]
    nothing = await list_remediations(host, RemediationQuery(app_id="another"), 5, None)
    assert (nothing.remediations, nothing.next) == ((), None)
    with pytest.raises(ValueError, match="page token"):
        await list_remediations(host, RemediationQuery(), 5, "made up")


async def test_two_hosts_never_pass_the_ceiling_together(start_host: StartHost, unique: Callable[[str], str]) -> None:
    prefix = unique("c")
    hosts = [start_host(prefix) for _ in range(2)]
    taken = await asyncio.gather(*(hosts[number % 2].ceiling.take(f"r-{number}", 3, NOW) for number in range(12)))
    assert sum(taken) == 3
    assert not await hosts[0].ceiling.has_room(3, NOW + timedelta(minutes=59))
    assert await hosts[0].ceiling.has_room(3, NOW + timedelta(minutes=60))
