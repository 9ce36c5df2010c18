"""A policy suggested by an alert, which would catch what it shows; ``variants`` has those of the policy that raised it.

A suggestion is a draft. It is made of what the evidence has in common, by facts that describe a kind of app or of act,
never by the app's own id or name: whoever reads it decides, with a simulation beside it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from shared.domain.apps import App
from shared.domain.events import Event
from shared.domain.known import UNKNOWN
from shared.domain.policy_book import PolicyBody
from shared.domain.severities import Severity
from shared.policies.interpreter import Subject, read
from shared.policies.model import State
from shared.policies.vocabulary import FactType, Vocabulary

_OF_EVENTS: Final = (
    *("event.succeeded", "event.actor.kind", "event.actorIsTarget", "event.consentType", "event.adminConsent"),
    *("event.appRole", "event.directoryRole", "event.service", "event.accessType", "event.signInKind"),
    *("event.credentialKind", "event.riskType", "event.riskLevel", "event.method", "event.path", "event.resourceAppId"),
    *("event.scopes.added", "event.appRoles.added"),
)
"""What describes a kind of act, in the order in which a policy is best read."""
_OF_APPS: Final = (
    *("app.origin", "app.publisher.verified", "app.privilege", "app.overprivileged", "app.certification"),
    *("app.signInAudience", "app.traits"),
)
_TOLD_BY_OTHERS: Final = frozenset({"new", "highlyPrivileged", "overprivileged", "external", "unverified"})
"""Traits that another of the facts says better, or that pass by themselves."""
_MOST_VALUES: Final = 10
_MOST_CONDITIONS: Final = 8


class Purpose(StrEnum):
    PATTERN = "pattern"
    """Catches what the alert shows, wherever it happens."""
    STRICTER = "stricter"
    """Raises more alerts than the policy does."""
    QUIETER = "quieter"
    """Raises fewer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """``definition`` is a whole policy, inactive; ``tuning`` is what to choose of a bundled one instead."""

    purpose: Purpose
    why: str
    definition: PolicyBody
    tuning: PolicyBody | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What an alert shows: ``events`` are its evidence, oldest first, none of an alert on the state of an app.

    ``title`` holds ``{app}`` in place of a name. ``measure`` is the largest number that a window of it reached.
    ``is_partial``: there is more evidence than these events.
    """

    title: str
    severity: Severity
    events: Sequence[Event]
    app: App | None
    measure: float | None = None
    is_partial: bool = False


def pattern_of(shown: Shown, policy_id: str, vocabulary: Vocabulary, now: datetime) -> Suggestion | None:
    """None where the evidence has nothing in common that could be asked for."""
    if shown.events:
        activities = sorted({event.activity.value for event in shown.events} & vocabulary.activities)
        subjects = [Subject(event, shown.app, now) for event in shown.events]
        conditions = [*_conditions(_OF_EVENTS, subjects, vocabulary), *_of_app(shown.app, vocabulary, now)]
        if not activities:
            return None
        rest: PolicyBody = {"kind": "event", "on": activities}
    else:
        conditions = _of_app(shown.app, vocabulary, now)
        if not conditions:
            return None
        rest = {"kind": "app"}
    kept = conditions[:_MOST_CONDITIONS]
    if kept:
        rest["when"] = {"all": kept}
    definition: PolicyBody = {
        "id": policy_id,
        "title": f"Like: {shown.title}"[:200],
        "description": "Drafted from an alert: what its evidence has in common.",
        "state": State.INACTIVE.value,
        "alert": {"severity": shown.severity.value, "by": ["app.appId"]},
        **rest,
    }
    return Suggestion(purpose=Purpose.PATTERN, why=_told(kept, shown), definition=definition)


def _conditions(names: Iterable[str], subjects: Sequence[Subject], vocabulary: Vocabulary) -> list[PolicyBody]:
    """What all subjects are known to share."""
    found: list[PolicyBody] = []
    for name in names:
        fact = vocabulary.get(name)
        if fact is None:
            continue
        values = [read(fact, subject) for subject in subjects]
        if any(value is None or value is UNKNOWN for value in values):
            continue
        if fact.type in (FactType.TOKENS, FactType.TEXTS):
            shared = sorted(set.intersection(*map(_words, values)))
            if shared:
                found.append({name: {"anyOf": shared[:_MOST_VALUES]}})
        elif len(set(values)) == 1 and isinstance(values[0], str | bool | int):
            value = values[0]
            operator = "ge" if fact.ordered else "eq"
            found.append({name: {operator: str(value) if isinstance(value, str) else value}})
    return found


def _words(value: object) -> set[str]:
    return {str(word) for word in value} - _TOLD_BY_OTHERS if isinstance(value, tuple) else set()


def _of_app(app: App | None, vocabulary: Vocabulary, now: datetime) -> list[PolicyBody]:
    return _conditions(_OF_APPS, [Subject(None, app, now)], vocabulary) if app is not None else []


def _told(conditions: Sequence[PolicyBody], shown: Shown) -> str:
    names = ", ".join(name for condition in conditions for name in condition)
    if not names:
        return "All events of these activities."
    read = (
        f"The first {len(shown.events)} events of the evidence agree"
        if shown.is_partial
        else "All of the evidence agrees"
    )
    return f"{read} in {names}."
