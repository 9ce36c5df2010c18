"""Walks a condition plainly, one node at a time, in three-valued logic.

Slow and meant to be obviously right: it shares no code with the compiler, which is tested against it. It also explains
findings, so it never stops early while it traces: every comparison is listed with the value it saw.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from shared.domain.findings import ConditionResult
from shared.domain.known import UNKNOWN
from shared.policies.conditions import (
    AllOf,
    AnyElement,
    AnyOf,
    Comparison,
    Condition,
    IfApplicable,
    Not,
    describe,
    facts_of,
)
from shared.policies.operators import Operator
from shared.policies.quantities import show_duration
from shared.policies.vocabulary import Fact, FactType, Root

type Truth = bool | None
"""None is unknown."""

type Trace = list[ConditionResult]

_LONGEST_SEEN = 200


@dataclass(frozen=True, slots=True)
class Subject:
    """What a condition is asked of. ``app`` is None where the inventory does not know the app."""

    event: object
    app: object
    now: datetime
    element: object = None


def read(fact: Fact, subject: Subject) -> object:
    """The value of the fact: None if null, UNKNOWN if nobody knows."""
    root = {Root.EVENT: subject.event, Root.APP: subject.app, Root.ELEMENT: subject.element}[fact.root]
    if root is None:
        return UNKNOWN
    if fact.derive is not None:
        return fact.derive(root, subject.now)
    value = root
    for field in fact.path:
        if value is None or value is UNKNOWN:
            return value
        value = getattr(value, field)
    return value


def evaluate(condition: Condition, subject: Subject, trace: Trace | None = None) -> Truth:
    """True, False, or None for unknown. Appends to ``trace`` one entry for each comparison and collection."""
    match condition:
        case AllOf(conditions=parts):
            answers = [evaluate(part, subject, trace) for part in parts]
            return False if False in answers else None if None in answers else True
        case AnyOf(conditions=parts):
            return _any(evaluate(part, subject, trace) for part in parts)
        case Not(condition=inner):
            answer = evaluate(inner, subject, trace)
            return None if answer is None else not answer
        case IfApplicable(fact=fact, condition=inner):
            answer = evaluate(inner, subject, trace)
            return answer is not False or read(fact, subject) is None
        case Comparison():
            value = read(condition.fact, subject)
            answer = _compare(condition, value, subject)
            _note(trace, condition, answer, _show(value))
            return answer
        case AnyElement():
            return _any_element(condition, subject, trace)


def unknown_names(condition: Condition, subject: Subject) -> tuple[str, ...]:
    """Why the condition has no answer: the unknown facts, and the baselines that are still unknown."""
    match condition:
        case AllOf(conditions=parts) | AnyOf(conditions=parts):
            names = [name for part in parts for name in unknown_names(part, subject)]
        case Not(condition=inner):
            names = list(unknown_names(inner, subject))
        case IfApplicable():
            names = []
        case Comparison() | AnyElement() if evaluate(condition, subject) is None:
            names = _unknown_leaf(condition, subject)
        case _:
            names = []
    return tuple(dict.fromkeys(names))


def _unknown_leaf(condition: Comparison | AnyElement, subject: Subject) -> list[str]:
    if read(condition.fact, subject) is UNKNOWN:
        return [condition.fact.name]
    if isinstance(condition, Comparison):
        return [f"the value of {condition.fact.name} {condition.operator.value} {condition.operand.shown}"]
    return [f"{condition.fact.name}: {fact.name}" for fact in facts_of(condition.where) if fact.may_be_unknown]


def _any(answers: Iterable[Truth]) -> Truth:
    seen = list(answers)
    return True if True in seen else None if None in seen else False


def _any_element(condition: AnyElement, subject: Subject, trace: Trace | None) -> Truth:
    elements: Any = read(condition.fact, subject)
    if elements is None or elements is UNKNOWN:
        answer: Truth = None if elements is UNKNOWN else False
        _note(trace, condition, answer, _show(elements))
        return answer
    subjects = [replace(subject, element=element) for element in elements]
    answers = [evaluate(condition.where, one) for one in subjects]
    answer = _any(answers)
    shown = [_show_element(condition, one) for one, hit in zip(subjects, answers, strict=True) if hit]
    _note(trace, condition, answer, "; ".join(shown) or f"none of {len(subjects)}")
    return answer


def _compare(condition: Comparison, value: Any, subject: Subject) -> Truth:
    operator, operand = condition.operator, condition.operand
    if operator is Operator.IS_NULL:
        return None if value is UNKNOWN else (value is None) == operand.value
    wanted: Any = operand.value if operand.dynamic is None else operand.dynamic(subject.event, subject.app)
    if value is None or wanted is None:
        return False
    if value is UNKNOWN or wanted is UNKNOWN:
        return None
    if condition.counts:
        return _ORDER[operator](len(value), wanted)
    if operator is Operator.MATCHES:
        return wanted.search(value) is not None
    if operator in _MOMENTS:
        return _MOMENTS[operator](value, subject.now - wanted)
    if condition.fact.type is FactType.TEXT:
        value = value.casefold()
    if condition.fact.type is FactType.TEXTS:
        value = [item.casefold() for item in value]
    if condition.fact.ordered and operator in _ORDER and not isinstance(wanted, str):
        return value in wanted
    return {**_ORDER, **_SETS}[operator](value, wanted)


_ORDER: dict[Operator, Callable[[Any, Any], bool]] = {
    Operator.EQ: lambda value, wanted: value == wanted,
    Operator.NE: lambda value, wanted: value != wanted,
    Operator.LT: lambda value, wanted: value < wanted,
    Operator.LE: lambda value, wanted: value <= wanted,
    Operator.GT: lambda value, wanted: value > wanted,
    Operator.GE: lambda value, wanted: value >= wanted,
}
_SETS: dict[Operator, Callable[[Any, Any], bool]] = {
    Operator.IN: lambda value, wanted: value in wanted,
    Operator.NOT_IN: lambda value, wanted: value not in wanted,
    Operator.CONTAINS: lambda value, wanted: any(part in value for part in wanted),
    Operator.STARTS_WITH: lambda value, wanted: any(value.startswith(part) for part in wanted),
    Operator.ENDS_WITH: lambda value, wanted: any(value.endswith(part) for part in wanted),
    Operator.ANY_OF: lambda value, wanted: any(item in wanted for item in value),
    Operator.ALL_OF: lambda value, wanted: all(item in value for item in wanted),
    Operator.NONE_OF: lambda value, wanted: not any(item in wanted for item in value),
}
_MOMENTS: dict[Operator, Callable[[Any, Any], bool]] = {
    Operator.OLDER_THAN: lambda value, moment: value < moment,
    Operator.NEWER_THAN: lambda value, moment: value > moment,
}


def _note(trace: Trace | None, condition: Condition, answer: Truth, seen: str) -> None:
    if trace is not None:
        outcome = "unknown" if answer is None else str(answer).lower()
        trace.append(ConditionResult(condition=describe(condition), outcome=outcome, seen=_cut(seen)))


def _show_element(condition: AnyElement, subject: Subject) -> str:
    facts = dict.fromkeys(facts_of(condition.where))
    return ", ".join(f"{fact.name} {_show(read(fact, subject))}" for fact in facts)


def _show(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case timedelta():
            return show_duration(value)
        case datetime():
            return value.isoformat()
        case tuple() if all(isinstance(item, str) for item in value):
            return _cut(", ".join(value)) or "none"
        case tuple():
            return f"{len(value)} of them"
    return "unknown" if value is UNKNOWN else _cut(str(value))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_SEEN else text[: _LONGEST_SEEN - 1] + "…"
