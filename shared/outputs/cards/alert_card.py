"""The card of one alert: what an analyst has to know before opening it."""

from collections.abc import Iterator, Sequence
from urllib.parse import quote

from shared.domain.alerts import Alert, AlertStatus, Delivery
from shared.domain.app_references import Resolution
from shared.domain.display import shown_name
from shared.domain.findings import ConditionResult
from shared.domain.look_alikes import look_alike_note
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
    conditions = (*alert.joint_conditions, *alert.conditions)
    parts = [_beginning(alert, delivery, conditions)]
    if happened := [*_summary(alert), *_held(conditions)]:
        parts.append([subheading("What happened"), *happened])
    if steps:
        parts.append([subheading("What to do")])
        parts += [[paragraph(f"{n}. {trusted(step, 600)}")] for n, step in enumerate(steps[:_MOST_STEPS], start=1)]
    return message(parts, list(_actions(alert, dashboard_url)))


def _beginning(alert: Alert, delivery: Delivery, conditions: Sequence[ConditionResult]) -> list[Element]:
    return [
        heading(f"{alert.severity.capitalize()}: {untrusted(alert.title)}", COLOURS[alert.severity]),
        *map(remark, filter(None, [look_alike_note(alert.app.display_name)])),
        remark(_REASONS.get(delivery.reason) or untrusted(delivery.reason)),
        *map(remark, _since(alert)),
        facts([*_app(alert), *_known(conditions), *_activity(alert)]),
    ]


def _since(alert: Alert) -> Iterator[str]:
    """A card may come hours late."""
    if alert.status is AlertStatus.RESOLVED:
        yield "It has been resolved since."
    if alert.condition_holds is False:
        yield "What it tells of is no longer so."


def _app(alert: Alert) -> Iterator[tuple[str, str]]:
    yield "Severity", alert.severity.capitalize()
    if alert.app.key is None:
        return
    yield "App", untrusted(shown_name(alert.app.display_name, "no name"))
    if alert.app.app_id:
        yield "App ID", untrusted(alert.app.app_id)
    else:
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


def _summary(alert: Alert) -> Iterator[Element]:
    if alert.summary:
        place = "" if alert.evidence_count <= 1 else f"First of {alert.evidence_count:,}: "
        yield paragraph(place + untrusted(alert.summary, 600))


def _held(conditions: Sequence[ConditionResult]) -> Iterator[Element]:
    """The conditions that hold, since they are why there is an alert; that a request succeeded goes without saying."""
    held = [one for one in conditions if one.outcome == "true" and one.condition != "event.succeeded eq true"]
    if held:
        yield facts(list(map(_shown, held[:_MOST_CONDITIONS])))


def _shown(condition: ConditionResult) -> tuple[str, str]:
    """An equality is told by its fact and value alone, as ``event.actorIsTarget: true``."""
    title = condition.condition.removesuffix(f" eq {condition.seen}")
    return trusted(title, 120), untrusted(condition.seen, 150)


def _actions(alert: Alert, dashboard_url: str) -> Iterator[Element]:
    yield open_url("Open alert", f"{dashboard_url}/alerts/{quote(alert.id, safe='')}")
    if alert.app.app_id:
        yield open_url("Open app", f"{dashboard_url}/apps/{quote(alert.app.app_id[:100], safe='')}")
