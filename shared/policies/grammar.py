"""The grammar of conditions: plain data to a checked tree."""

from shared.policies.conditions import AllOf, AnyElement, AnyOf, Comparison, Condition, IfApplicable, Not, facts_of
from shared.policies.errors import KeyPath, PolicyError, Problem
from shared.policies.model import Kind
from shared.policies.operands import Values, refused
from shared.policies.operators import ORDERING, Operator, operators_of
from shared.policies.vocabulary import Fact, FactType, Root, Vocabulary, suggestion

_DEEPEST = 12
_MOST_NODES = 500

_WORDS = frozenset({"all", "any", "not", "ifApplicable"})
# The number of elements, compared like any number.
_COUNT = Fact("the count", FactType.NUMBER, (), "How many elements there are.", unit="elements")


class Grammar:
    """Reads the conditions of one policy. Its nodes are counted over all its conditions together."""

    def __init__(self, values: Values, kind: Kind) -> None:
        self.values = values
        self._kind = kind
        self._nodes = 0

    def condition(self, raw: object, path: KeyPath) -> Condition:
        """The checked condition. Raises PolicyError with the key path and the fix."""
        return self._condition(raw, path, self.values.vocabulary, 1)

    def fact(self, name: str, path: KeyPath, *, grouping: bool = False) -> Fact:
        """The fact that a key outside conditions names (``by``, ``having``)."""
        return self._fact(name, path, self.values.vocabulary, grouping=grouping)

    def _condition(self, raw: object, path: KeyPath, vocabulary: Vocabulary, depth: int) -> Condition:
        self._nodes += 1
        if depth > _DEEPEST:
            raise refused(path, f"conditions are nested more than {_DEEPEST} deep")
        if self._nodes > _MOST_NODES:
            raise refused(path, f"the policy has more than {_MOST_NODES} conditions")
        if not isinstance(raw, dict) or not raw:
            raise refused(path, "a condition is {FACT: {OPERATOR: VALUE}}, or all, any, not, ifApplicable")
        if len(raw) > 1:
            keys = ", ".join(f"{key!s:.20}" for key in list(raw)[:4])
            raise refused(path, f"a condition has one key, not {len(raw)} ({keys}); join them by all or any")
        ((word, inner),) = raw.items()
        path = (*path, word)
        if word not in _WORDS:
            return self._comparisons(word, inner, path, vocabulary)
        if word == "any" and isinstance(inner, dict):
            return self._any_element(inner, path, vocabulary, depth)
        if word in ("all", "any"):
            parts = self._parts(inner, path, vocabulary, depth)
            return AllOf(parts) if word == "all" else AnyOf(parts)
        condition = self._condition(inner, path, vocabulary, depth + 1)
        return Not(condition) if word == "not" else _if_applicable(condition, path)

    def _parts(self, raw: object, path: KeyPath, vocabulary: Vocabulary, depth: int) -> tuple[Condition, ...]:
        if not isinstance(raw, list) or not raw:
            raise refused(path, "write a list with at least one condition")
        parts: list[Condition] = []
        problems: list[Problem] = []
        for index, part in enumerate(raw):
            try:
                parts.append(self._condition(part, (*path, index), vocabulary, depth + 1))
            except PolicyError as error:
                # Whoever mends one would find the next only then.
                problems.extend(error.problems)
                if self._nodes > _MOST_NODES:
                    break
        if problems:
            raise PolicyError(*problems)
        return tuple(parts)

    def _any_element(self, raw: dict[str, object], path: KeyPath, vocabulary: Vocabulary, depth: int) -> Condition:
        name = raw.get("of")
        if set(raw) != {"of", "where"} or not isinstance(name, str):
            raise refused(path, "write any: [CONDITION, …] or any: {of: COLLECTION, where: CONDITION}")
        fact = self._fact(name, (*path, "of"), vocabulary)
        if fact.element is None:
            raise refused((*path, "of"), f"{name} is no collection; its type is {fact.type}")
        return AnyElement(fact, self._condition(raw["where"], (*path, "where"), fact.element, depth + 1))

    def _comparisons(self, name: str, raw: object, path: KeyPath, vocabulary: Vocabulary) -> Condition:
        fact = self._fact(name, path, vocabulary)
        if not isinstance(raw, dict) or not raw:
            raise refused(path, f"write {name}: {{OPERATOR: VALUE}}")
        comparisons: list[Condition] = []
        for word, value in raw.items():
            operator = _operator(fact, word, path)
            if operator is Operator.COUNT:
                comparisons.extend(self._counts(fact, value, (*path, word)))
            else:
                operand = self.values.operand(fact, operator, value, (*path, word))
                comparisons.append(Comparison(fact, operator, operand))
        # Each operator is a comparison of its own: it counts as a node.
        self._nodes += len(comparisons) - 1
        return comparisons[0] if len(comparisons) == 1 else AllOf(tuple(comparisons))

    def _counts(self, fact: Fact, raw: object, path: KeyPath) -> list[Condition]:
        if not isinstance(raw, dict) or not raw:
            raise refused(path, "write count: {gt: 2}, with eq, ne, lt, le, gt or ge")
        counts: list[Condition] = []
        for word, value in raw.items():
            operator = _operator(_COUNT, word, path)
            if operator not in ORDERING | {Operator.EQ, Operator.NE}:
                raise refused(path, "count takes eq, ne, lt, le, gt or ge")
            operand = self.values.operand(_COUNT, operator, value, (*path, word))
            counts.append(Comparison(fact, operator, operand, counts=True))
        return counts

    def _fact(self, name: str, path: KeyPath, vocabulary: Vocabulary, *, grouping: bool = False) -> Fact:
        fact = vocabulary.get(name)
        if fact is None:
            raise refused(path, f"unknown fact {name:.80}{suggestion(name, vocabulary.facts)}")
        if self._kind is Kind.APP:
            if fact.root is Root.EVENT:
                raise refused(path, f"a policy of kind app reads no events, so not {name}")
        elif not grouping and name in vocabulary.answered_by_event:
            return vocabulary.facts[vocabulary.answered_by_event[name]]
        return fact


def _operator(fact: Fact, word: str, path: KeyPath) -> Operator:
    allowed = operators_of(fact)
    if word not in set(Operator):
        raise refused((*path, word), f"unknown operator {word:.80}{suggestion(word, allowed)}")
    operator = Operator(word)
    if operator not in allowed:
        names = ", ".join(sorted(allowed))
        raise refused((*path, word), f"{fact.name} ({fact.type}) has no operator {word}; it has {names}")
    return operator


def _if_applicable(condition: Condition, path: KeyPath) -> IfApplicable:
    facts = list(dict.fromkeys(facts_of(condition)))
    if len(facts) != 1:
        raise refused(path, "ifApplicable holds one fact; write one ifApplicable for each")
    return IfApplicable(facts[0], condition)
