"""Which rules compare with baselines, so that those of their apps can be loaded before they judge."""

from collections.abc import Iterator

from shared.policies.binding import BoundPolicy
from shared.policies.conditions import AllOf, AnyElement, AnyOf, Comparison, Condition, IfApplicable, Not
from shared.policies.model import Policy


def activities_compared(bound: BoundPolicy) -> Iterator[str]:
    """The activities whose judging asks for a baseline, be it in a condition or in the bound of a window."""
    for rule in bound.rules:
        if _has_bound(bound) or _compares(rule.condition):
            yield from rule.activities


def compares(bound: BoundPolicy) -> bool:
    """Whether judging by the policy asks for a baseline at all."""
    return _has_bound(bound) or any(_compares(rule.condition) for rule in bound.rules)


def baselines_named(policy: Policy) -> frozenset[str]:
    """The baselines that the policy compares with, wherever they stand."""
    return frozenset(_named(policy.model_dump(mode="json", include={"when", "having", "steps"})))


def _named(written: object) -> Iterator[str]:
    if isinstance(written, dict):
        name = written.get("baseline")
        if isinstance(name, str):
            yield name
        for part in written.values():
            yield from _named(part)
    elif isinstance(written, list):
        for part in written:
            yield from _named(part)


def _has_bound(bound: BoundPolicy) -> bool:
    return bound.having is not None and bound.having.threshold.dynamic is not None


def _compares(condition: Condition) -> bool:
    match condition:
        case Comparison(operand=operand):
            return operand.dynamic is not None
        case AllOf(conditions=parts) | AnyOf(conditions=parts):
            return any(map(_compares, parts))
        case Not(condition=inner) | IfApplicable(condition=inner) | AnyElement(where=inner):
            return _compares(inner)
