"""Conditions as policies write them, put together so that they stay short.

What is decided while a rule is converted is True or False; such parts vanish from what they are joined into.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from shared.policies.operators import Operator

type Tree = dict[str, object]
"""A condition in plain values, as the language reads it."""
type Condition = Tree | bool

_MERGED: Final = {
    Operator.EQ.value: Operator.IN.value,
    Operator.CONTAINS.value: Operator.CONTAINS.value,
    Operator.STARTS_WITH.value: Operator.STARTS_WITH.value,
    Operator.ENDS_WITH.value: Operator.ENDS_WITH.value,
}
"""What one value of a fact is compared by, and what any of several is."""


def test(fact: str, operator: Operator, value: object) -> Tree:
    return {fact: {operator.value: value}}


def all_of(parts: Iterable[Condition]) -> Condition:
    """True where there are none."""
    kept: list[Tree] = []
    for part in parts:
        if part is False:
            return False
        if part is not True:
            kept.extend(_joined("all", part))
    return _whole("all", kept, empty=True)


def any_of(parts: Iterable[Condition]) -> Condition:
    """False where there are none. Several values of one fact become a list of them."""
    kept: list[Tree] = []
    for part in parts:
        if part is True:
            return True
        if part is not False:
            kept.extend(_joined("any", part))
    return _whole("any", list(_with_lists(kept)), empty=False)


def negated(part: Condition) -> Condition:
    if isinstance(part, bool):
        return not part
    inner = part.get("not")
    return inner if isinstance(inner, dict) else {"not": part}


def any_change(where: Condition) -> Condition:
    """One modified property satisfies ``where``."""
    return where if isinstance(where, bool) else {"any": {"of": "event.changes", "where": where}}


def _joined(word: str, part: Tree) -> list[Tree]:
    """The parts of the same word, so that joining adds no depth."""
    inner = part.get(word)
    return [one for one in inner if isinstance(one, dict)] if isinstance(inner, list) else [part]


def _whole(word: str, parts: list[Tree], *, empty: bool) -> Condition:
    if not parts:
        return empty
    return parts[0] if len(parts) == 1 else {word: parts}


def _with_lists(parts: list[Tree]) -> Iterator[Tree]:
    """The parts, those that compare one fact by one operator as a single one in the place of their first."""
    values: dict[tuple[str, str], list[object]] = {}
    for part in parts:
        if single := _single(part):
            values.setdefault(single[:2], []).append(single[2])
    for part in parts:
        single = _single(part)
        found = values.pop(single[:2], None) if single else [part]
        if single is None or (found is not None and len(found) == 1):
            yield part
        elif found is not None:
            yield {single[0]: {_MERGED[single[1]]: list(dict.fromkeys(found))}}


def _single(part: Tree) -> tuple[str, str, object] | None:
    """Fact, operator and value of a comparison whose values may be listed."""
    ((fact, tests),) = part.items()
    if not isinstance(tests, dict) or len(tests) != 1:
        return None
    ((operator, value),) = tests.items()
    return (fact, operator, value) if operator in _MERGED and isinstance(value, str | int | float) else None
