"""The page of an alert: what it takes from the alert, its policy, evidence and history."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

from functions.models.problems import FieldError
from functions.pages.alert_forms import AlertPageParameters, Assignment, TriageForm, verdict
from functions.pages.answers import View
from functions.pages.sentences import facts
from functions.pages.switching import Switching, find_switching
from functions.problems import invalid
from shared.domain.alerts import Alert, AlertStatus, split_alert_id
from shared.domain.built_in import FIRST_READ
from shared.domain.findings import ConditionResult
from shared.domain.history import first_broken
from shared.domain.lifecycle import DETERMINATIONS, TRANSITIONS, Mover
from shared.domain.policy_actions import ACTIONS_ROUTE
from shared.pipeline.detection.triage import UnknownAlert
from shared.pipeline.operation.policy_texts import policy_text
from shared.pipeline.services import Services

_EVIDENCE_PER_PAGE: Final = 20


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """A form that changed nothing. Without a ``reason`` the alert was no longer the version that the form showed."""

    form: TriageForm
    status: int
    reason: str | None


async def alert_view(
    services: Services, alert_id: str, asked: AlertPageParameters, refusal: Refusal | None = None
) -> View:
    """Raises UnknownAlert."""
    found = await services.alerts.get(alert_id)
    if found is None:
        raise UnknownAlert(alert_id)
    await services.refresh_rules()
    try:
        evidence, history, deliveries, switching = await asyncio.gather(
            services.alerts.evidence(alert_id, _EVIDENCE_PER_PAGE, asked.cursor),
            services.alerts.history(alert_id),
            services.alerts.deliveries(alert_id),
            _switching(services, found.alert),
        )
    except ValueError:
        raise invalid(FieldError(field="cursor", message="is not one of ours for this alert")) from None
    values: dict[str, Any] = {
        "alert": found.alert,
        "etag": found.etag,
        "policy": policy_text(services, found.alert.policy_id),
        "is_policy": found.alert.policy_id in services.rules().policies,
        "conditions": [
            (condition, _named(found.alert, condition))
            for condition in (*found.alert.joint_conditions, *found.alert.conditions)
        ],
        "switching": switching,
        "last_activity": _last_activity(found.alert),
        "evidence": [(item, facts(item.evidence.event) if item.evidence else []) for item in evidence.items],
        "is_first_page": asked.cursor is None,
        "next_cursor": evidence.next,
        "history": history[::-1],
        "broken": first_broken(history),
        "deliveries": [one.delivery for one in deliveries if one.delivery.route != ACTIONS_ROUTE],
        "seen": history[-1].sequence if history else 0,
        "is_saved": asked.saved,
        "refusal": refusal,
        "meanwhile": [entry for entry in history if refusal and entry.sequence > refusal.form.seen],
        **_choices(found.alert, refusal.form if refusal else None),
    }
    return View(template="alert.html", values=values, status=refusal.status if refusal else 200)


async def _switching(services: Services, alert: Alert) -> Switching | None:
    return await find_switching(services, alert.app.app_id) if alert.app.app_id else None


@dataclass(frozen=True, kw_only=True)
class Named:
    address: str
    words: str


def _named(alert: Alert, condition: ConditionResult) -> Named | None:
    """The alert or the app that a condition of the first read's digest tells of."""
    kind, _, identifier = condition.condition.rpartition(" ")
    if alert.policy_id != FIRST_READ:
        return None
    if kind == "alert" and split_alert_id(identifier):
        return Named(address=f"/alerts/{quote(identifier, safe='')}", words="The alert")
    if kind == "risk of app":
        return Named(address=f"/apps/{quote(identifier, safe='')}", words="Risk of the app")
    return None


def _last_activity(alert: Alert) -> datetime | None:
    """None where it falls into the minute of the first, which is all that the page shows of a time."""
    first, last = alert.first_activity_date_time, alert.last_activity_date_time
    if first is None or last is None or last.replace(second=0, microsecond=0) == first.replace(second=0, microsecond=0):
        return None
    return last


def _choices(alert: Alert, typed: TriageForm | None) -> dict[str, Any]:
    """What the form offers, and what of it is chosen: what was typed before, else what the alert says."""
    reachable = [
        status
        for status in AlertStatus
        if status is alert.status or Mover.PERSON in TRANSITIONS.get((alert.status, status), frozenset())
    ]
    return {
        "statuses": reachable,
        "verdicts": {
            classification: {verdict(classification, one): one for one in sorted(fitting)}
            for classification, fitting in DETERMINATIONS.items()
        },
        "assignments": list(Assignment),
        "chosen": {
            "status": typed.status if typed else alert.status,
            "verdict": typed.verdict if typed else verdict(alert.classification, alert.determination),
            "assignment": typed.assignment if typed else Assignment.KEEP,
            "comment": (typed and typed.comment) or "",
            "reason": (typed and typed.reason) or "",
        },
    }
