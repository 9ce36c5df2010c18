"""Which events the records of an operation become, where a condition says what it says about operations.

Sigma's rules name operations, policies wait for activities. Operations that are not listed become ``other``.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from shared.domain.activities import Activity
from shared.domain.operations import plain_operation
from shared.policies.operators import Operator
from shared.policies.patterns import compile_pattern
from shared.policies.sigma.conditions import Condition

OPERATION: Final = "event.operation"


def activities_with(condition: Condition, known: Mapping[str, tuple[Activity, ...]]) -> frozenset[Activity]:
    """The activities of records that may satisfy the condition, of the operations in ``known`` and all others."""
    found = {activity for name, activities in known.items() if _may_hold(condition, name) for activity in activities}
    others = {name for name in _named(condition) if plain_operation(name) not in known}
    found |= {
        activity
        for name in _named(condition) - others
        if _may_hold(condition, name)
        for activity in known[plain_operation(name)]
    }
    if _may_hold(condition, None) or any(_may_hold(condition, name) for name in others):
        found.add(Activity.OTHER)
    return frozenset(found)


def may_hold_for(condition: Condition, operation: str) -> bool:
    """Whether a record of this operation may satisfy the condition."""
    return _may_hold(condition, operation.casefold())


def _may_hold(condition: Condition, name: str | None) -> bool:
    return _answer(condition, name) is not False


def _answer(condition: Condition, name: str | None) -> bool | None:
    """The condition's answer where nothing but the operation is known; None where that does not decide it.

    Without a name: for an operation that the rule does not write out.
    """
    if isinstance(condition, bool):
        return condition
    ((word, inner),) = condition.items()
    if word == "not" and isinstance(inner, dict):
        answer = _answer(inner, name)
        return None if answer is None else not answer
    if word in ("all", "any") and isinstance(inner, list):
        answers = {_answer(part, name) for part in inner}
        decisive = word == "any"
        return decisive if decisive in answers else None if None in answers else not decisive
    return _tested(inner, name) if word == OPERATION and isinstance(inner, dict) else None


def _tested(tests: dict[str, object], name: str | None) -> bool | None:
    ((operator, value),) = tests.items()
    values = [str(one).casefold() for one in (value if isinstance(value, list) else [value])]
    match Operator(operator):
        case Operator.IS_NULL:
            # Every record names its operation.
            return value is False
        case Operator.EQ | Operator.IN:
            return name in values
        case _ if name is None:
            return None
        case Operator.CONTAINS:
            return any(part in name for part in values)
        case Operator.STARTS_WITH:
            return name.startswith(tuple(values))
        case Operator.ENDS_WITH:
            return name.endswith(tuple(values))
    return compile_pattern(str(value)).search(name) is not None


def _named(condition: Condition) -> set[str]:
    """The operations that the condition writes out."""
    return {str(value).casefold() for value in _values(condition)}


def _values(condition: object) -> Iterator[object]:
    if not isinstance(condition, dict):
        return
    ((word, inner),) = condition.items()
    if word == OPERATION:
        for operator, value in inner.items():
            if operator in (Operator.EQ.value, Operator.IN.value):
                yield from value if isinstance(value, list) else [value]
    elif word == "not":
        yield from _values(inner)
    elif isinstance(inner, list):
        for part in inner:
            yield from _values(part)
