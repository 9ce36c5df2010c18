"""What a policy asked for holds only as long as nobody thought better of it.

An action pins the policy with its version, and the alert. Both are looked at when it is asked for and again right
before the write: a policy that was changed, switched off or exempted from, an alert that was closed, and a state of
the app that is gone stop it.
"""

from datetime import datetime

from shared.domain.alerts import Alert, AlertStatus, Classification
from shared.domain.remediations import Obstacle, Remediation
from shared.pipeline.remediation.services import RemediationServices
from shared.policies.model import State
from shared.policies.ruleset import RuleSet

_CHANGED = Obstacle(
    code="policyChanged",
    message="The policy is another version now, or no longer active.",
    advice="Read the policy as it is now. If the app should be off all the same, ask for it by name.",
)
_LEFT_ALONE = Obstacle(
    code="exempted",
    message="The policy leaves this app alone: it is exempted, or out of its scope.",
    advice="See who approved the exemption. If the app should be off all the same, ask for it by name.",
)
_ENDED = Obstacle(
    code="conditionEnded",
    message="What the alert tells of is no longer so.",
    advice="Read the alert's history. If the app should be off all the same, ask for it by name.",
)
_CLOSED = Obstacle(
    code="alertClosed",
    message="The alert was resolved, or found to be a false positive or expected.",
    advice="Read the alert's history. If the app should be off all the same, ask for it by name.",
)

_CLEARED = frozenset({Classification.FALSE_POSITIVE, Classification.INFORMATIONAL_EXPECTED_ACTIVITY})


async def pinned_obstacle(services: RemediationServices, remediation: Remediation, now: datetime) -> Obstacle | None:
    """Of a remediation that a policy asked for; None for one at a person's word. Raises Unavailable."""
    if remediation.policy_id is None:
        return None
    found = await services.alerts.get(remediation.alert_id or "")
    if found is None:
        return _CLOSED
    await services.refresh_rules()
    return pin_obstacle(services.rules(), found.alert, remediation.policy_version, now)


def pin_obstacle(rules: RuleSet, alert: Alert, policy_version: int | None, now: datetime) -> Obstacle | None:
    """Why what the alert's policy asked for in that version no longer holds."""
    bound = rules.in_force.get(alert.policy_id)
    if bound is None or bound.policy.state is not State.ACTIVE or bound.policy.version != policy_version:
        return _CHANGED
    app_id = alert.app.app_id.lower() if alert.app.app_id else None
    if not bound.scope.covers(app_id) or rules.exemptions.of(alert.policy_id, app_id, now) is not None:
        return _LEFT_ALONE
    if alert.status is AlertStatus.RESOLVED or alert.classification in _CLEARED:
        return _CLOSED
    return _ENDED if alert.condition_holds is False else None
