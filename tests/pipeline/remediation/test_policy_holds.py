"""What people decide, and what happens to the app, goes before what a policy asked for."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from shared.domain.alerts import AlertStatus, Classification, DeliveryState
from shared.domain.exemptions import Exemption
from shared.domain.remediation_guards import GuardSettings
from shared.domain.remediations import RemediationStatus
from shared.domain.standing import Ending, ended_change
from shared.domain.triage import TriageChanges
from shared.pipeline.delivery.settle import settle
from shared.pipeline.detection.triage import update_alert
from shared.pipeline.remediation.health import check_remediations
from shared.pipeline.remediation.remediate import remediate
from shared.pipeline.remediation.stop_remediation import set_stop
from shared.policies.model import Policy
from tests.pipeline.faults import Death, Died, DyingPort
from tests.pipeline.remediation.desk import DISABLES, HOUR, SECOND, Desk, policy
from tests.pipeline.remediation.directory import APP_ID, Directory
from tests.pipeline.remediation.work import ADA, ENABLE, NOW, ask, finish, stored, undo


async def test_no_stop_lets_a_decision_from_before_it_loose(desk: Desk) -> None:
    alert = await desk.unsettled(policy(*DISABLES))
    await set_stop(desk.services, True, "Too much.", ADA, NOW + SECOND)
    await set_stop(desk.services, False, "Looked at.", ADA, NOW + HOUR)
    await settle(desk.services, alert.id, NOW + 2 * HOUR)
    assert await desk.actions(alert) == ["created", "actionNotTaken"]
    assert (await desk.delivery(alert), await desk.remediations()) == (DeliveryState.SENT, ())


async def test_while_remediation_is_stopped_nothing_is_asked_for(desk: Desk) -> None:
    await set_stop(desk.services, True, "Too much.", ADA, NOW - HOUR)
    alert = await desk.raised(policy(*DISABLES))
    assert await desk.actions(alert) == ["created", "actionNotTaken"]
    assert await desk.remediations() == ()


async def test_an_app_that_was_given_back_is_not_switched_off_when_its_alert_returns(desk: Desk) -> None:
    """As where the condition asks whether the app is enabled: it ends by the disabling and holds again by the undo."""
    alert = await desk.raised(policy(*DISABLES))
    [made] = await desk.remediations()
    await finish(desk.services, made.id)
    await update_alert(desk.services, alert.id, TriageChanges(status=AlertStatus.RESOLVED), ADA, None, NOW + HOUR)
    back = (await undo(desk.services, made.id, NOW + HOUR)).remediation
    await finish(desk.services, back.id, NOW + HOUR)
    await desk.returns(alert, policy(*DISABLES), NOW + 2 * HOUR)
    history = await desk.services.alerts.history(alert.id)
    assert (history[-1].action, history[-1].reason) == (
        "actionNotTaken",
        f"somebody has switched the app on: {back.id}",
    )
    assert len(await desk.remediations()) == 2
    await desk.returns(alert, policy(*DISABLES, version=2), NOW + 4 * HOUR)
    assert (await desk.actions(alert))[-1] == "remediationRequested", "a policy that was looked at anew acts anew"


async def test_an_app_that_somebody_switched_on_since_the_alert_began_stays_on(desk: Desk) -> None:
    alert = await desk.unsettled(policy(*DISABLES))
    enabled = (await ask(desk.services, ENABLE, NOW + SECOND)).remediation
    await finish(desk.services, enabled.id, NOW + SECOND)
    await settle(desk.services, alert.id, NOW + HOUR)
    assert (await desk.actions(alert), len(await desk.remediations())) == (["created", "actionNotTaken"], 1)


async def test_without_room_under_the_ceiling_a_policy_waits_and_is_told_once(desk: Desk, directory: Directory) -> None:
    alert = await desk.raised(policy(*DISABLES))
    [made] = await desk.remediations()
    full = replace(desk.services, guards=GuardSettings(ceiling_per_hour=0))
    for minutes in (0, 10, 20):
        await remediate(full, made.id, NOW + timedelta(minutes=minutes))
    waiting = await stored(desk.services, made.id)
    assert (waiting.status, waiting.attempts, directory.writes) == (RemediationStatus.RUNNING, 0, [])
    assert [check.detail for check in await check_remediations(full, NOW + HOUR) if not check.healthy] == [
        f"1 not finished, the oldest asked for at {NOW.isoformat(timespec='seconds')}: {waiting.last_error}"
    ]
    done = await finish(desk.services, made.id, NOW + HOUR)
    assert (done.status, directory.writes) == (RemediationStatus.SUCCEEDED, [False])
    expected = ["created", "remediationRequested", "actionPostponed", "remediation succeeded"]
    assert await desk.actions(alert) == expected


async def test_who_dies_after_the_alert_was_told_of_the_wait_tells_it_once(desk: Desk) -> None:
    full = replace(desk.services, guards=GuardSettings(ceiling_per_hour=0))
    alert = await desk.raised(policy(*DISABLES))
    [made] = await desk.remediations()
    third = Death(at=3)  # of read, claim, note of the wait
    dying = replace(full, remediations=cast(Any, DyingPort(full.remediations, "remediations", third)))
    with pytest.raises(Died):
        await remediate(dying, made.id, NOW)
    told = ["created", "remediationRequested", "actionPostponed"]
    assert await desk.actions(alert) == told
    await remediate(full, made.id, NOW + HOUR)
    assert await desk.actions(alert) == told
    assert [entry.action for entry in await full.remediations.history(made.id)] == ["requested", "claimed", "waits"]


async def test_what_found_no_room_for_a_day_is_refused(desk: Desk, directory: Directory) -> None:
    alert = await desk.raised(policy(*DISABLES))
    [made] = await desk.remediations()
    full = replace(desk.services, guards=GuardSettings(ceiling_per_hour=0))
    await remediate(full, made.id, NOW)
    done = await finish(full, made.id, NOW + 25 * HOUR)
    assert done.obstacle is not None
    assert (done.status, done.obstacle.code, directory.writes) == (RemediationStatus.REFUSED, "expired", [])
    assert (await desk.actions(alert))[-1] == "remediation refused"


EXEMPTION = Exemption(
    id="x",
    policy_id="ownerless",
    app_id=APP_ID,
    reason="A pilot.",
    approved_by="ada",
    created=NOW,
    expires=NOW + 24 * HOUR,
)


@pytest.mark.parametrize(
    ("policies", "exemptions", "code"),
    [
        ([policy(*DISABLES, version=2)], [], "policyChanged"),
        ([policy(*DISABLES, state="audit")], [], "policyChanged"),
        ([policy(*DISABLES, state="inactive")], [], "policyChanged"),
        ([], [], "policyChanged"),
        ([policy(*DISABLES)], [EXEMPTION], "exempted"),
    ],
    ids=["another version", "in audit", "inactive", "deleted", "exempted"],
)
async def test_a_policy_that_was_changed_before_the_write_stops_it(
    desk: Desk, directory: Directory, policies: list[Policy], exemptions: list[Exemption], code: str
) -> None:
    await desk.raised(policy(*DISABLES))
    [made] = await desk.remediations()
    desk.under(*policies, exemptions=exemptions)
    done = await finish(desk.services, made.id)
    assert (done.status, directory.writes) == (RemediationStatus.REFUSED, [])
    assert done.obstacle is not None
    assert done.obstacle.code == code


@pytest.mark.parametrize(
    "changes",
    [
        TriageChanges(status=AlertStatus.RESOLVED),
        TriageChanges(classification=Classification.FALSE_POSITIVE),
        TriageChanges(classification=Classification.INFORMATIONAL_EXPECTED_ACTIVITY),
    ],
    ids=["resolved", "a false positive", "expected"],
)
async def test_an_alert_that_was_closed_before_the_write_stops_it(
    desk: Desk, directory: Directory, changes: TriageChanges
) -> None:
    alert = await desk.raised(policy(*DISABLES))
    [made] = await desk.remediations()
    await update_alert(desk.services, alert.id, changes, ADA, None, NOW)
    done = await finish(desk.services, made.id)
    assert (done.status, directory.writes) == (RemediationStatus.REFUSED, [])
    assert done.obstacle is not None
    assert done.obstacle.code == "alertClosed"


async def test_a_state_that_is_gone_before_the_write_stops_it(desk: Desk, directory: Directory) -> None:
    alert = await desk.raised(policy(*DISABLES))
    [made] = await desk.remediations()
    series = await desk.services.alerts.series(alert.fingerprint)
    ended = ended_change(series, Ending(reason="It has owners now."), NOW)
    assert ended is not None
    await desk.services.alerts.commit(ended)
    done = await finish(desk.services, made.id)
    assert done.obstacle is not None
    assert (done.status, done.obstacle.code, directory.writes) == (RemediationStatus.REFUSED, "conditionEnded", [])
