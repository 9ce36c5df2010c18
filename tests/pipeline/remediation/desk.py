"""A host whose rules can be changed, and the alerts of a policy that asks for more than telling people."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from msgspec import structs

from shared.domain.alerts import Alert, AlertStatus, DeliveryState, fingerprint_of
from shared.domain.app_references import AppReference, Resolution
from shared.domain.exemptions import Exemption, Exemptions
from shared.domain.findings import ConditionResult, Finding
from shared.domain.history import first_broken
from shared.domain.policy_actions import ACTIONS_ROUTE
from shared.domain.remediation_records import RemediationQuery
from shared.domain.remediations import Remediation
from shared.domain.severities import Severity
from shared.domain.triage import TriageChanges
from shared.pipeline.delivery.settle import settle
from shared.pipeline.detection.deduplicate_alerts import raise_alerts
from shared.pipeline.detection.triage import update_alert
from shared.pipeline.remediation.list_remediations import list_remediations
from shared.pipeline.services import Services
from shared.policies.loader import parse_policy
from shared.policies.model import Policy
from shared.policies.ruleset import RuleSet, compile_sound
from tests.pipeline.remediation.directory import APP_ID
from tests.pipeline.remediation.work import ADA, NOW

DISABLES: list[dict[str, str]] = [{"do": "disableApp"}]
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


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

    async def returns(self, alert: Alert, changed: Policy, now: datetime) -> None:
        """The alert is resolved, its condition holds anew, and the alert is settled."""
        resolved = TriageChanges(status=AlertStatus.RESOLVED)
        await update_alert(self.services, alert.id, resolved, ADA, None, now - SECOND)
        self.under(changed)
        found = structs.replace(FINDING, policy_version=changed.version, occurrence=now.hour, observed=now)
        await raise_alerts(self.services, [found], now)
        await settle(self.services, alert.id, now)

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


def app_id_of(number: int) -> str:
    return f"{number:08}-1111-4111-8111-111111111111"


def about(number: int) -> dict[str, Any]:
    reference = AppReference(app_id=app_id_of(number), display_name="App", resolution=Resolution.RESOLVED)
    return {"group": (app_id_of(number),), "app": reference}
