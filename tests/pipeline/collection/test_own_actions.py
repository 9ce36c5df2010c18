"""Changes by our own identities: explained by a remediation and noted with it, or a high alert."""

from dataclasses import dataclass, field
from dataclasses import replace as rewired
from datetime import datetime

import pytest
from msgspec.structs import replace

from shared.domain.activities import Activity
from shared.domain.app_references import Alias, AppReference
from shared.domain.events import Actor, ActorKind, Event, PropertyChange
from shared.domain.severities import Severity
from shared.pipeline.services import Services
from tests.domain.findings import START, event
from tests.pipeline.collection.directory import PAYROLL, SERVICE_PRINCIPAL
from tests.pipeline.collection.log import ScriptedLog
from tests.pipeline.collection.test_parking import alerts, judge
from tests.pipeline.worker import NOW

REMEDIATOR = "c0ffee00-0000-4000-8000-0000000000aa"
ACTING = AppReference(service_principal_id="5f0e2a10-0000-4000-8000-0000000000aa", display_name="Consentry remediator")
ACTOR = Actor(kind=ActorKind.APP, id=ACTING.service_principal_id, app=ACTING)


@dataclass
class Trail:
    """Knows of one remediation, which disabled one app at one time."""

    service_principal_id: str | None = None
    time: datetime | None = None
    seen: list[tuple[str, str]] = field(default_factory=list)

    async def explaining(
        self, service_principal_id: str | None, app_id: str | None, enabled: bool, around: datetime
    ) -> str | None:
        assert service_principal_id or app_id
        known = (service_principal_id, enabled, around) == (self.service_principal_id, False, self.time)
        return "r1" if known else None

    async def seen_in_audit(self, remediation_id: str, event: Event) -> None:
        self.seen.append((remediation_id, event.id))


def own(event_id: str, activity: Activity = Activity.CREDENTIAL_ADDED, state: str | None = "[false]") -> Event:
    operations = {Activity.SERVICE_PRINCIPAL_UPDATED: "Update service principal"}
    made = replace(event(event_id, of=PAYROLL), activity=activity, actor=ACTOR)
    switched = (PropertyChange(name="AccountEnabled", before="[true]", after=state),)
    return replace(made, operation=operations.get(activity, made.operation), changes=switched)


async def ours(services: Services, trail: Trail) -> Services:
    """Knows its own identity, whose appId records never name."""
    await services.aliases.learn([Alias(object_id=ACTING.service_principal_id or "", app_id=REMEDIATOR)])
    return rewired(services, own_app_ids=frozenset({REMEDIATOR}), remediator_app_id=REMEDIATOR, trail=trail)


@pytest.mark.parametrize("state", ["[false]", "false", "False"])
async def test_a_change_that_a_remediation_explains_is_noted_with_it_and_not_judged(
    services: Services, log: ScriptedLog, state: str
) -> None:
    trail = Trail(SERVICE_PRINCIPAL, START)
    known = await ours(services, trail)
    await judge(known, log, own("e1", Activity.SERVICE_PRINCIPAL_UPDATED, state))
    assert await alerts(known) == []
    assert trail.seen == [("r1", "e1")]


@pytest.mark.parametrize("state", ["[true]", "[]", "", None])
async def test_a_remediation_explains_no_switch_but_the_one_that_it_made(
    services: Services, log: ScriptedLog, state: str | None
) -> None:
    trail = Trail(SERVICE_PRINCIPAL, START)
    known = await ours(services, trail)
    await judge(known, log, own("e1", Activity.SERVICE_PRINCIPAL_UPDATED, state))
    assert [alert.policy_id for alert in await alerts(known)] == ["unexplained-own-change"]
    assert trail.seen == []


async def test_a_remediation_explains_no_credential_that_our_identity_adds_meanwhile(
    services: Services, log: ScriptedLog
) -> None:
    trail = Trail(SERVICE_PRINCIPAL, START)
    known = await ours(services, trail)
    await judge(known, log, own("e1", Activity.CREDENTIAL_ADDED))
    assert "unexplained-own-change" in {alert.policy_id for alert in await alerts(known)}
    assert trail.seen == []


@pytest.mark.parametrize("trail", [Trail(), Trail("another app", START), Trail(SERVICE_PRINCIPAL, NOW)])
async def test_a_change_that_nothing_explains_is_a_high_alert(
    services: Services, log: ScriptedLog, trail: Trail
) -> None:
    known = await ours(services, trail)
    await judge(known, log, own("e1", Activity.SERVICE_PRINCIPAL_UPDATED))
    [alert] = await alerts(known)
    assert (alert.policy_id, alert.severity) == ("unexplained-own-change", Severity.HIGH)
    assert alert.app.app_id == REMEDIATOR
    assert [(one.outcome, one.seen) for one in alert.conditions] == [("true", REMEDIATOR), ("false", "none")]
    assert trail.seen == []


async def test_an_unexplained_change_is_judged_by_the_detections_too(services: Services, log: ScriptedLog) -> None:
    known = await ours(services, Trail())
    await judge(known, log, own("e1"))
    assert {alert.policy_id for alert in await alerts(known)} >= {"unexplained-own-change", "credential-added"}


async def test_a_change_by_somebody_else_is_nothing_of_ours(services: Services, log: ScriptedLog) -> None:
    known = rewired(await ours(services, Trail()), own_app_ids=frozenset({"c0ffee00-0000-4000-8000-0000000000bb"}))
    await judge(known, log, own("e1", Activity.SERVICE_PRINCIPAL_UPDATED))
    assert await alerts(known) == []


async def test_a_switch_by_an_identity_that_only_reads_is_never_explained(services: Services, log: ScriptedLog) -> None:
    trail = Trail(SERVICE_PRINCIPAL, START)
    known = rewired(await ours(services, trail), remediator_app_id="c0ffee00-0000-4000-8000-0000000000bb")
    await judge(known, log, own("e1", Activity.SERVICE_PRINCIPAL_UPDATED))
    assert [alert.policy_id for alert in await alerts(known)] == ["unexplained-own-change"]
    assert trail.seen == []
