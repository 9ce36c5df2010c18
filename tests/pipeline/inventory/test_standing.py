"""A finding on the state of an app ends when the state does: its alert says so, and begins anew when it comes back."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest
from msgspec import structs

from shared.domain.alert_series import AlertChange
from shared.domain.alerts import Alert, AlertStatus, HistoryEntry
from shared.domain.apps import App, Origin, Permission, PermissionKind
from shared.domain.exemptions import Exemption, Exemptions
from shared.domain.history import first_broken
from shared.domain.known import UNKNOWN
from shared.domain.lifecycle import Mover, next_status
from shared.domain.privileges import Privilege
from shared.domain.standing import JudgedPartition
from shared.pipeline.detection.deduplicate_alerts import raise_alerts
from shared.pipeline.inventory.evaluate_apps import evaluate_apps
from shared.pipeline.inventory.services import InventoryServices
from shared.policies.loader import parse_policy
from shared.policies.model import Policy
from shared.policies.ruleset import compile_sound
from shared.storage.alerts import TableAlerts
from tests.pipeline.faults import Death, Died, DyingPort
from tests.pipeline.inventory.conftest import MINUTE, NOW, Inventory, StartInventory
from tests.pipeline.inventory.tenant import app_id

APP = App(
    app_id=app_id("orphan"),
    enabled=True,
    origin=Origin.EXTERNAL,
    owner_count=0,
    privilege=Privilege.HIGH,
    permissions=(Permission(name="Mail.Read", kind=PermissionKind.APPLICATION, privilege=Privilege.HIGH),),
)
PARTITION = APP.app_id[:1]


def policy(**more: Any) -> Policy:
    return parse_policy({"id": "ownerless", "kind": "app", "when": {"app.ownerCount": {"lt": 2}}, **more})


AUTO = policy(alert={"autoResolve": True})


class Tenant:
    """One app and one policy; each judging is a minute after the one before."""

    def __init__(self, inventory: Inventory, *policies: Policy) -> None:
        self.inventory = inventory
        self.now = NOW
        self.rules = compile_sound(policies, lists={})
        self.services = replace(inventory.services, rules=lambda: self.rules)

    def under(self, *policies: Policy, exemptions: Exemptions | None = None) -> None:
        self.rules = compile_sound(policies, lists={}, exemptions=exemptions or Exemptions())

    async def becomes(self, **facts: Any) -> None:
        await self.services.apps.save([structs.replace(APP, **facts)], self.now)

    async def judge(self, services: InventoryServices | None = None) -> None:
        self.now += MINUTE
        await self.services.apps.note_unjudged([PARTITION], self.now)
        await evaluate_apps(services or self.services, PARTITION, self.now)

    async def see(self, **facts: Any) -> Alert:
        """The app becomes so, is judged, and this is its latest alert."""
        await self.becomes(**facts)
        await self.judge()
        return await self.alert()

    async def alert(self) -> Alert:
        self.inventory.now = self.now
        alerts = await self.inventory.alerts()
        return max(alerts, key=lambda alert: alert.episode)

    async def history(self) -> list[HistoryEntry]:
        stored = self.services.alerts
        assert isinstance(stored, TableAlerts)
        history = await stored.history((await self.alert()).id)
        assert first_broken(history) is None
        return history

    async def judged(self) -> JudgedPartition:
        return (await self.services.judged_partitions.all())[PARTITION]

    async def actions(self) -> list[str]:
        return [entry.action for entry in await self.history()]


type OpenTenant = Callable[..., Tenant]


@pytest.fixture
def open_tenant(start: StartInventory) -> OpenTenant:
    return lambda *policies: Tenant(start(None), *policies)


async def test_an_alert_says_that_its_condition_no_longer_holds_and_what_the_app_is(
    open_tenant: OpenTenant,
) -> None:
    tenant = open_tenant(policy())
    assert (await tenant.see()).condition_holds is None
    alert = await tenant.see(owner_count=3)
    assert (alert.condition_holds, alert.condition_ended_date_time) == (False, tenant.now)
    assert alert.status is AlertStatus.NEW
    history = await tenant.history()
    assert [entry.action for entry in history] == ["created", "conditionEnded"]
    edits = {edit.property: (edit.before, edit.after) for edit in history[-1].edits}
    assert edits == {"conditionHolds": ("true", "false"), "app.ownerCount lt 2": ("true: 0", "false: 3")}
    await tenant.judge()
    assert await tenant.alert() == alert


async def test_it_is_resolved_where_the_policy_asks_and_reopens_when_the_same_state_comes_back(
    open_tenant: OpenTenant,
) -> None:
    tenant = open_tenant(AUTO)
    first = await tenant.see()
    gone = await tenant.see(owner_count=3)
    assert (gone.status, gone.resolved_date_time) == (AlertStatus.RESOLVED, tenant.now)
    back = await tenant.see()
    assert (back.id, back.status, back.condition_holds) == (first.id, AlertStatus.NEW, True)
    assert back.condition_ended_date_time is None
    assert await tenant.actions() == ["created", "conditionEnded", "reopened"]
    await tenant.judge()
    assert await tenant.alert() == back


async def test_an_open_alert_holds_again_without_another_episode(open_tenant: OpenTenant) -> None:
    tenant = open_tenant(policy())
    await tenant.see()
    await tenant.see(owner_count=3)
    assert (await tenant.see()).condition_holds is True
    assert (await tenant.see(owner_count=3)).condition_holds is False
    assert await tenant.actions() == ["created", "conditionEnded", "conditionHoldsAgain", "conditionEnded"]


async def test_what_is_unknown_is_no_all_clear(open_tenant: OpenTenant) -> None:
    tenant = open_tenant(AUTO)
    await tenant.see()
    assert (await tenant.see(owner_count=UNKNOWN)).condition_holds is None
    assert (await tenant.see(owner_count=2)).condition_holds is False


EXEMPTION = Exemption(
    id="x",
    policy_id="ownerless",
    app_id=APP.app_id,
    reason="A pilot.",
    approved_by="ada",
    created=NOW,
    expires=NOW + timedelta(days=1),
)


@pytest.mark.parametrize(
    ("policies", "exemptions", "facts"),
    [
        ((AUTO,), Exemptions([EXEMPTION]), {}),
        ((policy(state="inactive", alert={"autoResolve": True}),), Exemptions(), {}),
        ((policy(scope={"except": [APP.app_id]}, alert={"autoResolve": True}),), Exemptions(), {}),
        ((AUTO,), Exemptions(), {"deleted": NOW}),
    ],
    ids=["exempted", "switched off", "out of scope", "deleted"],
)
async def test_an_app_that_is_left_alone_or_gone_ends_its_alert(
    open_tenant: OpenTenant, policies: tuple[Policy, ...], exemptions: Exemptions, facts: dict[str, Any]
) -> None:
    tenant = open_tenant(AUTO)
    await tenant.see()
    tenant.under(*policies, exemptions=exemptions)
    assert (await tenant.see(**facts)).status is AlertStatus.RESOLVED


async def test_a_policy_that_is_deleted_ends_its_alerts_and_one_that_breaks_does_not(open_tenant: OpenTenant) -> None:
    tenant = open_tenant(policy())
    await tenant.see()
    tenant.under(policy(when={"app.noSuchFact": {"eq": 1}}))
    assert (await tenant.see()).condition_holds is None
    tenant.under()
    alert = await tenant.see()
    assert (alert.condition_holds, alert.status) == (False, AlertStatus.NEW)


async def test_an_alert_from_before_findings_were_kept_track_of_does_not_reopen(open_tenant: OpenTenant) -> None:
    tenant = open_tenant(policy())
    await raise_alerts(tenant.services, tenant.rules.judge_app(APP, NOW).findings, NOW)
    series = await tenant.services.alerts.series((await tenant.alert()).fingerprint)
    assert series.alert is not None
    resolved = structs.replace(
        series.alert,
        status=next_status(series.alert.status, AlertStatus.RESOLVED, Mover.PERSON),
        resolved_date_time=NOW,
    )
    await tenant.services.alerts.commit(AlertChange(alert=resolved, expected_version=series.version))
    assert (await tenant.see()).status is AlertStatus.RESOLVED


_PORTS = ("alerts", "apps", "intents", "judged_partitions", "queue", "standing")


def dying(services: InventoryServices, death: Death) -> InventoryServices:
    return replace(services, **{name: cast(Any, DyingPort(getattr(services, name), name, death)) for name in _PORTS})


async def test_who_dies_anywhere_while_a_condition_ends_or_comes_back_tells_of_it_once(open_tenant: OpenTenant) -> None:
    tenant = open_tenant(AUTO)
    await tenant.see()
    told = ["created"]
    for ends in (True, False):
        death = Death()
        await tenant.becomes(owner_count=3 if ends else 0)
        await tenant.judge(dying(tenant.services, death))
        told.append("conditionEnded" if ends else "reopened")
    calls = death.calls
    assert calls > 8
    for at in range(1, calls + 2):
        for ends in (True, False):
            await tenant.becomes(owner_count=3 if ends else 0)
            death = Death(at=at, after=at % 2 == 0)
            try:
                await tenant.judge(dying(tenant.services, death))
            except Died:
                await tenant.judge()
            told.append("conditionEnded" if ends else "reopened")
            assert (await tenant.alert()).status is (AlertStatus.RESOLVED if ends else AlertStatus.NEW)
    assert await tenant.actions() == told


async def test_what_is_unknown_of_an_exempted_app_ends_by_the_exemption_and_not_by_the_state(
    open_tenant: OpenTenant,
) -> None:
    tenant = open_tenant(policy())
    await tenant.see()
    tenant.under(policy(), exemptions=Exemptions([EXEMPTION]))
    await tenant.see(owner_count=UNKNOWN)
    assert (await tenant.history())[-1].reason == "the app is exempted: x"


async def test_what_stood_before_asks_no_alert_again(open_tenant: OpenTenant) -> None:
    tenant, asked = open_tenant(policy()), Death(log=[])
    await tenant.see()
    await tenant.judge(dying(tenant.services, asked))
    assert not {"alerts.series", "alerts.commit", "queue.settle"} & set(asked.log or ())


async def test_what_is_new_of_it_is_told_though_it_stood_before(open_tenant: OpenTenant) -> None:
    tenant = open_tenant(policy(when={"any": [{"app.ownerCount": {"lt": 2}}, {"app.enabled": {"eq": False}}]}))
    assert (await tenant.see()).evidence_count == 1
    assert (await tenant.see(enabled=False)).evidence_count == 2


async def test_hosts_of_two_releases_that_take_turns_end_nothing(open_tenant: OpenTenant) -> None:
    tenant = open_tenant()
    old, new = (
        compile_sound(policies, lists={}, release=release) for policies, release in (((), "old"), ((policy(),), "new"))
    )
    await tenant.becomes()
    for rules in (old, new, old, new, old, new):
        tenant.rules = rules
        await tenant.judge()
    assert await tenant.actions() == ["created"]
    tenant.rules = old
    tenant.now += timedelta(minutes=15)
    await tenant.judge()
    assert await tenant.actions() == ["created"], "of a release that has just come, nobody knows whether it stays"
    assert (await tenant.judged()).due == tenant.now + timedelta(minutes=15)
    tenant.now += timedelta(minutes=15)
    await tenant.judge()
    assert await tenant.actions() == ["created", "conditionEnded"]


async def test_two_hosts_that_judge_one_partition_at_once_tell_it_once(open_tenant: OpenTenant) -> None:
    tenant = open_tenant(policy())
    await tenant.becomes()
    await asyncio.gather(*(evaluate_apps(tenant.services, PARTITION, tenant.now) for _ in range(4)))
    await tenant.judge()
    assert await tenant.actions() == ["created"]
    assert await tenant.services.apps.all_unjudged() == {}
