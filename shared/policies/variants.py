"""Variants of the policy that raised an alert: quieter ones, and stricter ones."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from shared.domain.policy_book import PolicyBody
from shared.domain.severities import Severity
from shared.policies.model import Policy, Scalar, State
from shared.policies.quantities import parse_duration, show_duration
from shared.policies.suggestions import Purpose, Shown, Suggestion


def variants_of(policy: Policy, shown: Shown, policy_id: str, *, is_bundled: bool) -> list[Suggestion]:
    """Quieter and stricter variants. Of a bundled policy each says how it would be tuned, too."""
    changes = [*_without_app(policy, shown), *_other_numbers(policy, shown), *_other_severity(policy)]
    return [
        Suggestion(
            purpose=one.purpose,
            why=one.why,
            definition=_changed(policy, policy_id, one),
            tuning=dict(one.changes) if is_bundled else None,
        )
        for one in changes
    ]


@dataclass(frozen=True, slots=True)
class _Variant:
    purpose: Purpose
    why: str
    changes: Mapping[str, object]
    """In the words of a tuning."""


def _without_app(policy: Policy, shown: Shown) -> Iterator[_Variant]:
    """Leaves this app alone, for good: an exemption does so for a while."""
    if shown.app is None or (policy.scope is not None and policy.scope.only is not None):
        return
    before = policy.scope.except_ if policy.scope is not None else ()
    if isinstance(before, tuple):
        scope = {"except": [*before, shown.app.app_id]}
        yield _Variant(Purpose.QUIETER, "As it is, for all apps but this one.", {"scope": scope})


def _other_numbers(policy: Policy, shown: Shown) -> Iterator[_Variant]:
    """Each number and duration that may be tuned, half and double; how it is compared says which is stricter."""
    written = policy.model_dump(mode="json", by_alias=True)
    for name, parameter in policy.parameters.items():
        bound, around = _bound_of(written, name), _around(parameter.default, shown.measure)
        if bound is None or around is None:
            continue
        lower, higher = around
        more, fewer = (lower, higher) if bound is _Bound.LOWER else (higher, lower)
        for purpose, value in ((Purpose.QUIETER, fewer), (Purpose.STRICTER, more)):
            if value != parameter.default:
                why = f"{name} is {value} instead of {parameter.default}."
                yield _Variant(purpose, why, {"parameters": {name: value}})


def _around(value: object, measure: float | None) -> tuple[Scalar, Scalar] | None:
    """Half of it, and double or what was measured if that is more; None where it is no number or duration."""
    match value:
        case bool():
            return None
        case int() if value > 0:
            return max(1, value // 2), max(2 * value, int(measure or 0))
        case float() if value > 0:
            return value / 2, max(2 * value, measure or 0.0)
        case str() if duration := parse_duration(value):
            return show_duration(duration / 2), show_duration(2 * duration)
    return None


class _Bound(Enum):
    LOWER = "lower"
    UPPER = "upper"


_BOUNDS: Final = {
    **dict.fromkeys(("gt", "ge", "olderThan"), _Bound.LOWER),
    **dict.fromkeys(("lt", "le", "newerThan"), _Bound.UPPER),
}
_OTHER: Final = {_Bound.LOWER: _Bound.UPPER, _Bound.UPPER: _Bound.LOWER}


def _bound_of(written: object, name: str) -> _Bound | None:
    """Which bound the parameter is, wherever it is used; None where it is none, or both. ``not`` turns it round."""
    found = set(_bounds(written, name, turned=False))
    return found.pop() if len(found) == 1 else None


def _bounds(written: object, name: str, *, turned: bool) -> Iterator[_Bound]:
    if isinstance(written, dict):
        for key, value in written.items():
            if key in _BOUNDS and _is_made_of(value, name):
                yield _OTHER[_BOUNDS[key]] if turned else _BOUNDS[key]
            elif value != {"parameter": name}:
                yield from _bounds(value, name, turned=turned is not (key == "not"))
    elif isinstance(written, list):
        for value in written:
            yield from _bounds(value, name, turned=turned)


def _is_made_of(bound: object, name: str) -> bool:
    """Whether a bound is the parameter, or a baseline that grows with it."""
    reference = {"parameter": name}
    return bound == reference or (isinstance(bound, dict) and "baseline" in bound and reference in bound.values())


def _other_severity(policy: Policy) -> Iterator[_Variant]:
    """A variant for who is woken by high alerts only."""
    ranked = sorted(Severity, key=lambda one: one.rank)
    place = ranked.index(policy.alert.severity)
    if place + 1 < len(ranked):
        why = f"Its alerts are {ranked[place + 1].value}, so that more routes tell of them."
        yield _Variant(Purpose.STRICTER, why, {"severity": ranked[place + 1].value})


def _changed(policy: Policy, policy_id: str, variant: _Variant) -> PolicyBody:
    """The policy as one of the tenant's own, with the changes, without its tests: they tell of other numbers."""
    body: PolicyBody = policy.model_dump(
        mode="json", by_alias=True, exclude_defaults=True, exclude={"tests", "version", "status"}
    )
    body |= {
        "id": policy_id,
        "kind": policy.kind.value,
        "title": f"{policy.title or policy.id} ({variant.purpose.value})"[:200],
        "state": State.INACTIVE.value,
    }
    for key, value in variant.changes.items():
        if key == "severity":
            body["alert"] = {**body.get("alert", {}), "severity": value}
        elif key == "parameters" and isinstance(value, dict):
            body["parameters"] = {
                name: {**parameter, "default": value.get(name, parameter["default"])}
                for name, parameter in body["parameters"].items()
            }
        else:
            body[key] = value
    return body
