"""Combinations that can never hold: a policy with one would be silent for good, and look like protection.

Fact by fact, what must hold together is tried on values that stand for all others: those that are written, those
between, below and above them, and null. Named lists and baselines change, so what is compared with them is left out,
and so is what ``any`` leaves open. What is not refused may still never happen.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, Final

from shared.policies.conditions import Comparison, describe
from shared.policies.errors import KeyPath, PolicyError, Problem
from shared.policies.facts import VOCABULARY
from shared.policies.interpreter import Subject, evaluate
from shared.policies.model import Kind, Policy
from shared.policies.operands import Values
from shared.policies.operators import AGE, EQUALITY, ORDERING, OVERLAP, SUBSTRING, Operator
from shared.policies.vocabulary import Fact, FactType, Root, Vocabulary

_MOST_NAMED: Final = 3
_MEASURED: Final = (FactType.NUMBER, FactType.DURATION, FactType.TIME)
_PLURAL: Final = (FactType.TOKENS, FactType.TEXTS)
_OTHER: Final = "\0"
"""A text beside all that are written. Whatever is asked of its parts, some text satisfies."""
_NOW: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""Any moment will do: durations count from it."""


@dataclass(frozen=True, slots=True)
class _Demand:
    """One comparison that must hold or, under ``not``, must not."""

    comparison: Comparison
    path: KeyPath
    holds: bool

    def __str__(self) -> str:
        shown = describe(self.comparison)
        return shown if self.holds else f"not ({shown})"


@dataclass(frozen=True, slots=True)
class _Element:
    value: object


type _Part = tuple[object, KeyPath, Vocabulary]


def refuse_impossible(policy: Policy) -> None:
    """Raises PolicyError with the place of each combination that can never hold. The policy must be bound."""
    reader = _Reader(Values(VOCABULARY, policy.parameters, {}, None))
    problems = [Problem(text, path, policy.id) for path, text in _of_scope(policy)]
    waiting: list[_Part] = [(raw, path, VOCABULARY) for raw, path in _conditions(policy)]
    while waiting:
        demands = list(reader.demands(waiting.pop(), waiting))
        problems.extend(Problem(text, path, policy.id) for path, text in _conflicts(demands))
    if problems:
        raise PolicyError(*problems)


def _of_scope(policy: Policy) -> Iterator[tuple[KeyPath, str]]:
    """A named list may be filled later; what is written here stays empty."""
    if policy.scope is not None and policy.scope.only == ():
        yield ("scope", "only"), "no app is named, so that none is judged: name one, or take scope out"


def _conditions(policy: Policy) -> Iterator[tuple[object, KeyPath]]:
    if policy.kind is Kind.SEQUENCE:
        for index, step in enumerate(policy.steps):
            yield step.when or {}, ("steps", index, "when")
    else:
        yield policy.when or {}, ("when",)


@dataclass(frozen=True, slots=True)
class _Reader:
    values: Values

    def demands(self, part: _Part, alone: list[_Part]) -> Iterator[_Demand]:
        """All that must hold together; what is to be looked at by itself is added to ``alone``."""
        raw, path, vocabulary = part
        for word, inner in _items(raw):
            place = (*path, word)
            match word, inner:
                case "all", list():
                    for index, each in enumerate(inner):
                        yield from self.demands((each, (*place, index), vocabulary), alone)
                case "any", list():
                    alone.extend((each, (*place, index), vocabulary) for index, each in enumerate(inner))
                case "any", {"of": str(name), "where": where}:
                    fact = vocabulary.get(name)
                    if fact is not None and fact.element is not None:
                        alone.append((where, (*place, "where"), fact.element))
                case "not", _:
                    yield from self._denied((inner, place, vocabulary))
                case _:
                    yield from self._compared((raw, path, vocabulary), holds=True)

    def _denied(self, part: _Part) -> Iterator[_Demand]:
        """Of ``not`` only what denies each comparison by itself."""
        raw, path, vocabulary = part
        for word, inner in _items(raw):
            if word == "any" and isinstance(inner, list):
                for index, each in enumerate(inner):
                    yield from self._denied((each, (*path, word, index), vocabulary))
            elif len(_items(inner)) == 1:
                yield from self._compared(part, holds=False)

    def _compared(self, part: _Part, *, holds: bool) -> Iterator[_Demand]:
        raw, path, vocabulary = part
        for name, tests in _items(raw):
            fact = vocabulary.get(name)
            if fact is None or fact.type is FactType.COLLECTION:
                continue
            for word, value in _items(tests):
                operator, place = Operator(word), (*path, name, word)
                if operator is Operator.COUNT or not _is_fixed(value):
                    continue
                itself = replace(fact, path=("value",), derive=None, root=Root.ELEMENT)
                operand = self.values.operand(fact, operator, value, place)
                yield _Demand(Comparison(itself, operator, operand), place, holds)


def _items(raw: object) -> Any:
    return raw.items() if isinstance(raw, dict) else ()


def _is_fixed(value: object) -> bool:
    return not (isinstance(value, dict) and ("list" in value or "baseline" in value))


def _conflicts(demands: Iterable[_Demand]) -> Iterator[tuple[KeyPath, str]]:
    """The first of each fact that leaves nothing of what those before it allow."""
    by_fact: dict[str, list[_Demand]] = {}
    for demand in demands:
        by_fact.setdefault(demand.comparison.fact.name, []).append(demand)
    for same in by_fact.values():
        left = [None, *_samples(same)]
        for index, demand in enumerate(same):
            left = [value for value in left if _satisfies(value, demand)]
            if not left:
                yield demand.path, _told(demand, same[:index])
                break


def _told(demand: _Demand, before: list[_Demand]) -> str:
    beside = ", ".join(map(str, before[-_MOST_NAMED:]))
    if not beside:
        return f"{demand} never holds: take it out, or write another value"
    return f"{demand} never holds together with {beside}: join them by any, or take one out"


def _samples(demands: list[_Demand]) -> Iterable[object]:
    """Values that stand for all that the fact may have: if any satisfies all demands, one of these does."""
    fact = demands[0].comparison.fact
    if fact.type is FactType.BOOLEAN:
        return (True, False)
    if fact.type in _PLURAL:
        return _most_held(demands)
    if fact.choices:
        return tuple(fact.choices)
    written: set[object] = {value for demand in demands for value in _written(demand)}
    return _around(fact, written) if fact.type in _MEASURED else (*written, _OTHER)


def _written(demand: _Demand) -> Iterable[object]:
    wanted = demand.comparison.operand.value
    if isinstance(wanted, frozenset):
        return tuple(wanted)
    return (wanted,) if demand.comparison.operator in EQUALITY | ORDERING | AGE else ()


def _around(fact: Fact, written: set[Any]) -> Iterator[object]:
    """Of a point in time, how long ago it may be."""
    is_number = fact.type is FactType.NUMBER
    nought, step = (0, 1) if is_number else (timedelta(0), timedelta(days=1))
    points: list[Any] = sorted(written) or [nought]
    between = (low + (high - low) / 2 for low, high in pairwise(points))
    for value in (points[0] - step, *points, *between, points[-1] + step):
        if (fact.most is None or 0 <= value <= fact.most) and not (fact.past and value < nought):
            yield _NOW - value if fact.type is FactType.TIME else value


def _most_held(demands: list[_Demand]) -> tuple[object, ...]:
    """All that is asked for, and that without what is banned: to hold less satisfies no more."""
    asked: set[object] = set()
    banned: set[object] = set()
    for demand in demands:
        operator, wanted = demand.comparison.operator, demand.comparison.operand.value
        if operator in OVERLAP and isinstance(wanted, frozenset) and not _is_lax(demand):
            is_ban = (operator is Operator.NONE_OF) is demand.holds
            (banned if is_ban else asked).update(wanted)
    return tuple(asked), tuple(asked - banned)


def _is_lax(demand: _Demand) -> bool:
    """Not to hold all of them leaves it open which, and holding fewer than what is tried is always possible."""
    return demand.comparison.operator is Operator.ALL_OF and not demand.holds


def _satisfies(value: object, demand: _Demand) -> bool:
    operator = demand.comparison.operator
    if (value is _OTHER and operator in SUBSTRING | {Operator.MATCHES}) or _is_lax(demand):
        return True
    return evaluate(demand.comparison, Subject(None, None, _NOW, _Element(value))) is demand.holds
