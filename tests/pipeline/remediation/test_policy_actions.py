"""What an active policy asks for beside telling people: once, guarded, and not if somebody thought better of it."""

import asyncio
from dataclasses import replace
from typing import Any, cast

import pytest
from msgspec import structs

from shared.bootstrap import Application
from shared.domain.alerts import Alert, DeliveryState
from shared.domain.app_references import Resolution
from shared.domain.built_in import OperatorKind
from shared.domain.known import UNKNOWN
from shared.domain.policy_actions import ACTIONS_ROUTE
from shared.domain.remediation_guards import GuardSettings
from shared.domain.remediations import RemediationStatus
from shared.pipeline.delivery.settle import settle
from shared.pipeline.operation.check_health import check_health
from shared.pipeline.operation.check_policies import check_policies
from shared.pipeline.services import Services
from tests.pipeline.faults import Death, Died, DyingPort
from tests.pipeline.remediation.desk import DISABLES, FINDING, HOUR, Desk, about, app_id_of, policy
from tests.pipeline.remediation.directory import APP_ID, Directory
from tests.pipeline.remediation.work import NOW, finish, register
from tests.pipeline.routes import Receiver


async def test_an_active_policy_disables_the_app_once_and_the_alert_tells_all_of_it(
    desk: Desk, directory: Directory
) -> None:
    alert = await desk.raised(policy(*DISABLES))
    await settle(desk.services, alert.id, NOW)
    await desk.raised(policy(*DISABLES))
    [made] = await desk.remediations()
    assert made.requested_by == "Consentry, policy ownerless (policy:ownerless)"
    assert (made.alert_id, made.policy_id, made.policy_version) == (alert.id, "ownerless", 1)
    assert await desk.delivery(alert) is DeliveryState.SENT
    done = await finish(desk.services, made.id)
    assert (done.status, directory.writes) == (RemediationStatus.SUCCEEDED, [False])
    assert await desk.actions(alert) == ["created", "remediationRequested", "remediation succeeded"]


async def test_a_policy_in_audit_raises_its_alert_and_does_nothing_else(desk: Desk) -> None:
    alert = await desk.raised(policy(*DISABLES, state="audit"))
    assert await desk.services.alerts.deliveries(alert.id) == []
    assert await desk.remediations() == ()


@pytest.mark.parametrize(
    ("asked", "entry", "reason"),
    [
        (["askForApproval", "disableApp"], "waitsForApproval", "the policy asks that a person decides: disableApp"),
        (["revokeGrants"], "leftToPeople", "the policy asks for what people carry out: revokeGrants"),
    ],
)
async def test_what_a_person_has_to_do_stands_in_the_history(
    desk: Desk, asked: list[str], entry: str, reason: str
) -> None:
    alert = await desk.raised(policy(*({"do": each} for each in asked)))
    history = await desk.services.alerts.history(alert.id)
    assert [(one.action, one.reason) for one in history[1:]] == [(entry, reason)]
    assert await desk.remediations() == ()


async def test_a_protected_app_stays_on_and_the_alert_says_why(desk: Desk) -> None:
    desk.services = replace(desk.services, guards=GuardSettings(protected_app_ids=frozenset({APP_ID})))
    alert = await desk.raised(policy(*DISABLES))
    assert await desk.actions(alert) == ["created", "actionNotTaken"]
    assert (await desk.delivery(alert), await desk.remediations()) == (DeliveryState.SENT, ())


async def test_an_alert_about_many_apps_disables_none(desk: Desk) -> None:
    alert = await desk.raised(policy(*DISABLES), group=("contoso.example",))
    assert await desk.actions(alert) == ["created", "actionNotTaken"]
    assert await desk.remediations() == ()


async def test_an_app_that_is_not_read_yet_waits_until_it_is(desk: Desk) -> None:
    await register(desk.services, origin=UNKNOWN)
    alert = await desk.raised(policy(*DISABLES))
    assert await desk.delivery(alert) is DeliveryState.PENDING
    await register(desk.services)
    await settle(desk.services, alert.id, NOW + HOUR)
    assert await desk.actions(alert) == ["created", "actionPostponed", "remediationRequested"]


@pytest.mark.parametrize("resolution", [Resolution.BY_NAME, Resolution.UNRESOLVED])
async def test_an_app_that_is_only_guessed_stays_on(desk: Desk, resolution: Resolution) -> None:
    alert = await desk.raised(policy(*DISABLES), app=structs.replace(FINDING.app, resolution=resolution))
    assert await desk.actions(alert) == ["created", "actionNotTaken"]
    assert await desk.remediations() == ()


async def test_an_app_that_the_inventory_does_not_know_is_told_as_such(desk: Desk) -> None:
    alert = await desk.raised(policy(*DISABLES), **about(1))
    last = (await desk.services.alerts.history(alert.id))[-1]
    assert (last.action, last.reason) == ("actionNotTaken", "the inventory does not know the app")


async def test_two_hosts_at_once_ask_for_one_remediation(desk: Desk) -> None:
    alert = await desk.unsettled(policy(*DISABLES))
    await asyncio.gather(*(settle(desk.services, alert.id, NOW) for _ in range(6)))
    assert await desk.actions(alert) == ["created", "remediationRequested"]
    assert len(await desk.remediations()) == 1


class Shy(Receiver):
    """Wants no alert by itself."""

    def wants(self, alert: Alert) -> bool:
        return not alert.id


async def test_routes_that_the_policy_names_are_told_and_unknown_ones_passed_over(desk: Desk) -> None:
    shy = Shy()
    desk.services = replace(desk.services, routes={"shy": shy})
    named = [{"do": "notify", "route": "shy"}, {"do": "callWebhook", "route": "gone"}]
    alert = await desk.raised(policy(*named))
    assert shy.received == [f"{alert.id}/1"]
    assert [one.delivery.route for one in await desk.services.alerts.deliveries(alert.id)] == ["shy"]
    await desk.raised(policy(*named, state="audit"), group=(APP_ID, "other"))
    assert len(shy.received) == 1


async def test_a_route_that_policies_name_and_that_was_taken_away_is_told(desk: Desk) -> None:
    desk.under(policy({"do": "notify", "route": "gone"}))
    _, gone = await check_policies(desk.services)
    assert gone.condition is not None
    assert (gone.condition.kind, gone.condition.subject) == (OperatorKind.ROUTE_DEAD, "gone")
    assert gone.detail.endswith("nobody is told there: ownerless")
    desk.under(policy({"do": "notify", "route": "gone"}, state="audit"))
    [sound] = await check_policies(desk.services)
    assert sound.healthy


async def test_what_a_policy_asks_for_is_no_route_of_health(application: Application, desk: Desk) -> None:
    await desk.raised(policy(*DISABLES))
    checks = await check_health(desk.services, application.access, NOW)
    assert not [check.name for check in checks if ACTIONS_ROUTE in check.name]


_PORTS = ("alerts", "intents", "remediation_list", "remediations", "request_keys", "queue")


def dying(services: Services, death: Death) -> Services:
    return replace(services, **{name: cast(Any, DyingPort(getattr(services, name), name, death)) for name in _PORTS})


async def test_who_dies_anywhere_asks_for_one_remediation_and_tells_of_it_once(desk: Desk) -> None:
    counted = Death()
    await _settle_about(desk, 0, counted)
    assert counted.calls > 10
    for at in range(1, counted.calls + 1):
        with pytest.raises(Died):
            await _settle_about(desk, at, Death(at=at))
        alert = await desk.unsettled(policy(*DISABLES), **about(at))
        await settle(desk.services, alert.id, NOW + HOUR)
        assert await desk.actions(alert) == ["created", "remediationRequested"], f"died at call {at}"
        assert (await desk.services.remediations.of_app(app_id_of(at))).last_number == 1


async def _settle_about(desk: Desk, number: int, death: Death) -> None:
    await register(desk.services, app_id=app_id_of(number), service_principal_id=f"sp-{number}")
    alert = await desk.unsettled(policy(*DISABLES), **about(number))
    await settle(dying(desk.services, death), alert.id, NOW)


async def test_what_was_tried_for_hours_is_given_up_and_the_alert_says_so(desk: Desk) -> None:
    desk.services = replace(desk.services, guards=GuardSettings(ceiling_per_hour=0))
    alert = await desk.unsettled(policy(*DISABLES))
    for hour in range(31):
        await settle(desk.services, alert.id, NOW + hour * HOUR)
    assert await desk.delivery(alert) is DeliveryState.FAILED
    assert await desk.actions(alert) == ["created", "actionPostponed", "actionGivenUp"]
    assert (await desk.services.route_statuses.get(ACTIONS_ROUTE)).version is None, "no route has lost anything"
