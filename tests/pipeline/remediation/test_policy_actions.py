"""What an active policy asks for beside telling people: once, guarded, and not if somebody thought better of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, cast

import pytest
from msgspec import structs

from shared.bootstrap import Application
from shared.domain.alerts import Alert, AlertStatus, Classification, DeliveryState, fingerprint_of
from shared.domain.app_references import AppReference, Resolution
from shared.domain.exemptions import Exemption, Exemptions
from shared.domain.findings import ConditionResult, Finding
from shared.domain.history import first_broken
from shared.domain.policy_actions import ACTIONS_ROUTE
from shared.domain.remediation_guards import GuardSettings
from shared.domain.remediation_records import RemediationQuery
from shared.domain.remediations import Remediation, RemediationStatus
from shared.domain.severities import Severity
from shared.domain.triage import TriageChanges
from shared.pipeline.delivery.settle import settle
from shared.pipeline.detection.deduplicate_alerts import raise_alerts
from shared.pipeline.detection.triage import update_alert
from shared.pipeline.operation.check_health import check_health
from shared.pipeline.remediation.list_remediations import list_remediations
from shared.pipeline.remediation.stop_remediation import set_stop
from shared.pipeline.services import Services
from shared.policies.loader import parse_policy
from shared.policies.model import Policy
from shared.policies.ruleset import RuleSet, compile_sound
from tests.pipeline.faults import Death, Died, DyingPort
from tests.pipeline.remediation.directory import APP_ID, Directory
from tests.pipeline.remediation.work import ADA, NOW, finish, register
from tests.pipeline.routes import Receiver

DISABLES: list[dict[str, str]] = [{"do": "disableApp"}]
HOUR = timedelta(hours=1)


def policy(*actions: dict[str, str], **more: Any) -> Policy:
    raw = {"id": "ownerless", "kind": "app", "when": {"app.ownerCount": {"lt": 2}}, "actions": list(actions)}
    return parse_policy({**raw, **more})


def rules_of(*policies: Policy, exemptions: Sequence[Exemption] = ()) -> RuleSet:
    return compile_sound(policies, lists={}, exemptions=Exemptions(exemptions))


@dataclass
class Desk:
    """A host whose rules can be changed, and what an app policy finds."""

    services: Services
    rules: RuleSet = field(default_factory=rules_of)

    def under(self, *policies: Policy, exemptions: Sequence[Exemption] = ()) -> None:
        self.rules = rules_of(*policies, exemptions=exemptions)

    async def raised(self, *policies: Policy, **changes: Any) -> Alert:
        """The alert, settled once."""
        alert = await self.unsettled(*policies, **changes)
        await settle(self.services, alert.id, NOW)
        return alert

    async def unsettled(self, *policies: Policy, **changes: Any) -> Alert:
        self.under(*policies)
        [version] = {one.version for one in policies}
        finding = structs.replace(FINDING, policy_version=version, **changes)
        await raise_alerts(self.services, [finding], NOW)
        series = await self.services.alerts.series(fingerprint_of(finding.policy_id, finding.group))
        assert series.alert is not None
        return series.alert

    async def actions(self, alert: Alert) -> list[str]:
        history = await self.services.alerts.history(alert.id)
        assert first_broken(history) is None
        return [entry.action for entry in history]

    async def delivery(self, alert: Alert) -> DeliveryState:
        [state] = [
            one.delivery.state
            for one in await self.services.alerts.deliveries(alert.id)
            if one.delivery.route == ACTIONS_ROUTE
        ]
        return state

    async def remediations(self) -> tuple[Remediation, ...]:
        return (await list_remediations(self.services, RemediationQuery(), 10, None)).remediations


FINDING = Finding(
    policy_id="ownerless",
    policy_version=1,
    title="=HYPERLINK(1) <b>",
    severity=Severity.HIGH,
    group=(APP_ID,),
    app=AppReference(app_id=APP_ID, display_name="=HYPERLINK(1) <b>", resolution=Resolution.RESOLVED),
    observed=NOW,
    conditions=(ConditionResult(condition="app.ownerCount lt 2", outcome="true", seen="0"),),
)


@pytest.fixture
async def desk(application: Application, directory: Directory) -> Desk:
    async def stay() -> None:
        return None

    services = replace(application.services, guards=GuardSettings(), app_switch=directory, refresh_rules=stay)
    await register(services)
    made = Desk(services)
    made.services = replace(services, rules=lambda: made.rules)
    return made


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


async def test_what_is_stopped_waits_and_is_asked_for_when_it_goes_on(desk: Desk) -> None:
    await set_stop(desk.services, True, "Too much.", ADA, NOW)
    alert = await desk.raised(policy(*DISABLES))
    await settle(desk.services, alert.id, NOW + HOUR)
    assert await desk.delivery(alert) is DeliveryState.PENDING
    await set_stop(desk.services, False, "Looked at.", ADA, NOW + HOUR)
    await settle(desk.services, alert.id, NOW + 2 * HOUR)
    assert await desk.delivery(alert) is DeliveryState.SENT
    assert await desk.actions(alert) == ["created", "actionPostponed", "remediationRequested"]
    assert len(await desk.remediations()) == 1


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
    [TriageChanges(status=AlertStatus.RESOLVED), TriageChanges(classification=Classification.FALSE_POSITIVE)],
    ids=["resolved", "a false positive"],
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
        alert = await desk.unsettled(policy(*DISABLES), **_about(at))
        await settle(desk.services, alert.id, NOW + HOUR)
        assert await desk.actions(alert) == ["created", "remediationRequested"], f"died at call {at}"
        assert (await desk.services.remediations.of_app(_app_id(at))).last_number == 1


async def _settle_about(desk: Desk, number: int, death: Death) -> None:
    await register(desk.services, app_id=_app_id(number), service_principal_id=f"sp-{number}")
    alert = await desk.unsettled(policy(*DISABLES), **_about(number))
    await settle(dying(desk.services, death), alert.id, NOW)


async def test_what_was_tried_for_hours_is_given_up_and_the_alert_says_so(desk: Desk) -> None:
    await set_stop(desk.services, True, "Too much.", ADA, NOW)
    alert = await desk.unsettled(policy(*DISABLES))
    for hour in range(31):
        await settle(desk.services, alert.id, NOW + hour * HOUR)
    assert await desk.delivery(alert) is DeliveryState.FAILED
    assert await desk.actions(alert) == ["created", "actionPostponed", "actionGivenUp"]
    assert (await desk.services.route_statuses.get(ACTIONS_ROUTE)).version is None, "no route has lost anything"


def _app_id(number: int) -> str:
    return f"{number:08}-1111-4111-8111-111111111111"


def _about(number: int) -> dict[str, Any]:
    reference = AppReference(app_id=_app_id(number), display_name="App", resolution=Resolution.RESOLVED)
    return {"group": (_app_id(number),), "app": reference}
