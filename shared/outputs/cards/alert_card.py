"""The card of one alert: what an analyst has to know before opening it."""

from collections.abc import Iterator, Sequence
from urllib.parse import quote

from shared.domain.alerts import Alert, Delivery
from shared.domain.app_references import Resolution
from shared.domain.findings import ConditionResult
from shared.outputs.cards.elements import (
    COLOURS,
    Element,
    facts,
    heading,
    moment,
    open_url,
    paragraph,
    remark,
    subheading,
)
from shared.outputs.cards.message import message
from shared.outputs.cards.text import trusted, untrusted

_MOST_CONDITIONS = 6
_MOST_STEPS = 6
_REASONS = {
    "created": "A new alert.",
    "reopened": "Reopened: something newer happened.",
    "becameCurrent": "It was so before the tenant was watched, and now it happened again.",
}
_IDENTITIES = {
    Resolution.UNRESOLVED: "not resolved: no record ties this object to an application id",
    Resolution.BY_NAME: "a guess from the name",
}
_KNOWN_BY = {
    "Publisher": ("app.publisher.name",),
    "Publisher verified": ("app.publisher.verified",),
    "Permissions": ("event.scopes.added", "event.appRole", "event.appRoles.added", "app.permissionNames"),
}
"""What conditions tell of the app, by the facts that they ask for."""


def alert_card(alert: Alert, delivery: Delivery, dashboard_url: str, steps: Sequence[str]) -> bytes:
    """The message for a flow. ``steps`` are those of the alert's policy; ``dashboard_url`` ends without a slash."""
    conditions = _by_weight((*alert.joint_conditions, *alert.conditions))
    parts = [_beginning(alert, delivery, conditions)]
    if conditions:
        parts.append([subheading("What happened"), facts(list(map(_shown, conditions[:_MOST_CONDITIONS])))])
    if steps:
        parts.append([subheading("What to do")])
        parts += [[paragraph(f"{n}. {trusted(step, 600)}")] for n, step in enumerate(steps[:_MOST_STEPS], start=1)]
    return message(parts, list(_actions(alert, dashboard_url)))


def _beginning(alert: Alert, delivery: Delivery, conditions: Sequence[ConditionResult]) -> list[Element]:
    return [
        heading(f"{alert.severity.capitalize()}: {untrusted(alert.title)}", COLOURS[alert.severity]),
        remark(_REASONS.get(delivery.reason) or untrusted(delivery.reason)),
        facts([*_app(alert), *_known(conditions), *_activity(alert)]),
    ]


def _app(alert: Alert) -> Iterator[tuple[str, str]]:
    yield "Severity", alert.severity.capitalize()
    if alert.app.display_name:
        yield "App", untrusted(alert.app.display_name)
    if alert.app.app_id:
        yield "App ID", untrusted(alert.app.app_id)
    elif alert.app.key:
        yield "Object ID", untrusted(alert.app.key.removeprefix("object:"))
    if note := _IDENTITIES.get(alert.app.resolution):
        yield "Identity", note


def _known(conditions: Sequence[ConditionResult]) -> Iterator[tuple[str, str]]:
    for title, names in _KNOWN_BY.items():
        for condition in conditions:
            if any(name in condition.condition.split() for name in names) and condition.outcome != "unknown":
                yield title, untrusted(condition.seen)
                break


def _activity(alert: Alert) -> Iterator[tuple[str, str]]:
    yield "First activity", moment(alert.first_activity_date_time)
    yield "Last activity", moment(alert.last_activity_date_time)
    yield "Evidence", str(alert.evidence_count)


def _by_weight(conditions: Sequence[ConditionResult]) -> list[ConditionResult]:
    """Those that were met come first: they are why there is an alert."""
    return sorted(conditions, key=lambda condition: condition.outcome != "true")


def _shown(condition: ConditionResult) -> tuple[str, str]:
    outcome = "" if condition.outcome == "true" else f" ({trusted(condition.outcome)})"
    return trusted(condition.condition, 120), untrusted(condition.seen, 150) + outcome


def _actions(alert: Alert, dashboard_url: str) -> Iterator[Element]:
    yield open_url("Open alert", f"{dashboard_url}/alerts/{quote(alert.id, safe='')}")
    if alert.app.app_id:
        yield open_url("Open app", f"{dashboard_url}/apps/{quote(alert.app.app_id[:100], safe='')}")
