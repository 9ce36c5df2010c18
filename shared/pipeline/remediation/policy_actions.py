"""What an active policy asks for beside telling people, done once for each entry of an alert that tells of something.

It comes out of the alert's outbox, so it is as certain as a card. Disabling an app is asked for on the same way as at a
person's word, with the same guards; nothing is disabled where the policy asks for approval. Whatever comes of it stands
in the alert's history. Each step may be repeated: an entry is told once for its cause, and a request has its key.

What people decided after the cause goes before the policy: a stop, lifted or not, and an app that was given back.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NoReturn

from shared.domain.alerts import Alert, Delivery, HistoryEntry, PropertyEdit, incident_id_of
from shared.domain.app_references import Resolution
from shared.domain.errors import Unavailable
from shared.domain.history import next_entry
from shared.domain.remediations import RemediationAction
from shared.domain.roles import Caller
from shared.pipeline.remediation.errors import (
    RemediationActive,
    RemediationRefused,
    RequestKeyReused,
    UnfitAlert,
    UnknownApp,
)
from shared.pipeline.remediation.given_back import given_back
from shared.pipeline.remediation.policy_pins import pin_obstacle
from shared.pipeline.remediation.request_remediation import RemediationOrder, request_remediation
from shared.pipeline.remediation.services import RemediationServices
from shared.pipeline.remediation.tell_alert import tell_alert
from shared.policies.model import ActionKind, Policy

_BY_PEOPLE: Final = (ActionKind.REVOKE_GRANTS, ActionKind.REMOVE_CREDENTIAL)
_PASSING: Final = frozenset({"notYetRead", "ceilingReached"})
"""Obstacles that go by themselves, within minutes to an hour."""


class _Told:
    """The alert and the entry that caused all this; what is told of it is told once."""

    def __init__(self, services: RemediationServices, alert: Alert, sequence: int, now: datetime) -> None:
        self._services = services
        self._alert = alert
        self._cause = PropertyEdit(property="causedByEntry", before=None, after=str(sequence))
        self._now = now

    async def tell(self, action: str, reason: str, *edits: PropertyEdit) -> None:
        def entry_after(history: Sequence[HistoryEntry]) -> HistoryEntry | None:
            if any(entry.action == action and self._cause in entry.edits for entry in history):
                return None
            last = history[-1] if history else None
            return next_entry(last, self._now, _actor_of(self._alert.policy_id), action, (self._cause, *edits), reason)

        await tell_alert(self._services, self._alert.id, entry_after, self._now)


def _actor_of(policy_id: str) -> str:
    """As whom the service acts for a policy."""
    return f"Consentry, policy {policy_id}"


async def carry_out(services: RemediationServices, alert_id: str, delivery: Delivery, now: datetime) -> None:
    """Do what the alert's policy asks for. Raises Unavailable where it is to be tried again later."""
    found = await services.alerts.get(alert_id)
    if found is None:
        return
    await services.refresh_rules()
    rules, alert, told = services.rules(), found.alert, _Told(services, found.alert, delivery.sequence, now)
    obstacle = pin_obstacle(rules, alert, alert.policy_version, now)
    if obstacle is not None:
        await told.tell("actionNotTaken", obstacle.message)
        return
    policy = rules.policies[alert.policy_id]
    asked = {action.do for action in policy.actions}
    if ActionKind.ASK_FOR_APPROVAL in asked:
        others = ", ".join(sorted(kind for kind in asked if kind in (ActionKind.DISABLE_APP, *_BY_PEOPLE)))
        await told.tell("waitsForApproval", f"the policy asks that a person decides: {others or 'what to do'}")
        return
    left = [kind for kind in _BY_PEOPLE if kind in asked]
    if left:
        await told.tell("leftToPeople", f"the policy asks for what people carry out: {', '.join(left)}")
    if ActionKind.DISABLE_APP in asked:
        reason = await _overruled(services, alert, policy, delivery.sequence, now)
        if reason is not None:
            await told.tell("actionNotTaken", reason)
            return
        await _disable(services, alert, policy, delivery.sequence, told, now)


async def give_up(services: RemediationServices, alert: Alert, delivery: Delivery, reason: str, now: datetime) -> None:
    """What was tried for hours is not tried any longer. Raises Unavailable."""
    await _Told(services, alert, delivery.sequence, now).tell("actionGivenUp", reason)


async def _overruled(
    services: RemediationServices, alert: Alert, policy: Policy, sequence: int, now: datetime
) -> str | None:
    """Which decision of people stands against it."""
    history = await services.alerts.history(alert.id)
    caused = next((entry.time for entry in history if entry.sequence == sequence), alert.created_date_time)
    if (await services.stop_switch.read()).switch.refuses(caused):
        return "all remediation was stopped, and what was found before that is not disabled by itself any more"
    back = await given_back(services, alert.app.app_id or "", policy, caused, now)
    return None if back is None else f"somebody has switched the app on: {back}"


async def _disable(
    services: RemediationServices, alert: Alert, policy: Policy, sequence: int, told: _Told, now: datetime
) -> None:
    app_id = alert.app.app_id
    if app_id is None or not _is_about_one_app(alert):
        await told.tell("actionNotTaken", "the alert is not about one app that is known by its appId")
        return
    order = RemediationOrder(
        action=RemediationAction.DISABLE,
        reason=f"policy {policy.id}, version {policy.version}, asks for it",
        alert_id=alert.id,
        policy_id=policy.id,
        policy_version=policy.version,
    )
    caller = Caller(id=f"policy:{policy.id}", name=_actor_of(policy.id), is_user=False, roles=frozenset())
    try:
        made = await request_remediation(services, app_id, order, caller, now, f"{alert.id}/{sequence}")
    except RemediationActive as error:
        await _postpone(told, str(error))
    except RemediationRefused as error:
        if error.obstacle.code in _PASSING:
            await _postpone(told, error.obstacle.message)
        await told.tell("actionNotTaken", f"{error.obstacle.message} {error.obstacle.advice}")
    except UnknownApp:
        await told.tell("actionNotTaken", "the inventory does not know the app")
    except RequestKeyReused:
        await told.tell("actionNotTaken", "the policy changed since it first asked for this")
    except UnfitAlert as error:
        await told.tell("actionNotTaken", f"the request {error}")
    else:
        edit = PropertyEdit(property="requestedRemediation", before=None, after=made.remediation.id)
        await told.tell("remediationRequested", order.reason, edit)


def _is_about_one_app(alert: Alert) -> bool:
    """By its appId: a guess, or a name that anybody may choose, disables nothing."""
    one = alert.incident_id == incident_id_of(alert.app, alert.fingerprint)
    return one and alert.app.resolution is Resolution.RESOLVED


async def _postpone(told: _Told, reason: str) -> NoReturn:
    await told.tell("actionPostponed", reason)
    raise Unavailable(reason)
