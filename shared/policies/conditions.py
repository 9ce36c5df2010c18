"""The tree of conditions that the compiler and the interpreter both read: checked, with every value resolved.

Truth has three values. A comparison with a null fact is false (so ``not`` of it is true, as in Sigma); with an unknown
fact, or an operand that is unknown, it is unknown. ``all``, ``any`` and ``not`` follow Kleene: unknown stays unknown
unless the rest decides.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from shared.policies.operators import Operator
from shared.policies.vocabulary import Fact

type DynamicValue = Callable[[object, object], object]
"""A value of the moment, from the event and the app: None where there is none, UNKNOWN where nobody knows."""


@dataclass(frozen=True, slots=True, eq=False)
class Operand:
    """The value to compare with, in the form the operator needs (see ``operands``), and as the policy wrote it.

    ``dynamic`` stands in for ``value`` where the value comes from a baseline.
    """

    value: object
    shown: str
    dynamic: DynamicValue | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """``fact operator operand``. With ``counts`` the number of the fact's elements is compared instead."""

    fact: Fact
    operator: Operator
    operand: Operand
    counts: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class AllOf:
    conditions: tuple["Condition", ...]


@dataclass(frozen=True, slots=True, eq=False)
class AnyOf:
    conditions: tuple["Condition", ...]


@dataclass(frozen=True, slots=True, eq=False)
class Not:
    condition: "Condition"


@dataclass(frozen=True, slots=True, eq=False)
class AnyElement:
    """One and the same element of the collection satisfies ``where``."""

    fact: Fact
    where: "Condition"


@dataclass(frozen=True, slots=True, eq=False)
class IfApplicable:
    """True if the condition is true or unknown, or if the one fact that it reads is null. Never unknown itself."""

    fact: Fact
    condition: "Condition"


type Condition = Comparison | AllOf | AnyOf | Not | AnyElement | IfApplicable

ALWAYS = AllOf(())


def facts_of(condition: Condition) -> Iterator[Fact]:
    """The facts that the condition reads, outside elements, in order; a fact read twice comes twice."""
    match condition:
        case Comparison(fact=fact) | AnyElement(fact=fact):
            yield fact
        case AllOf(conditions=parts) | AnyOf(conditions=parts):
            for part in parts:
                yield from facts_of(part)
        case Not(condition=inner) | IfApplicable(condition=inner):
            yield from facts_of(inner)


def describe(condition: Condition) -> str:
    """The condition as one line of text, for people."""
    match condition:
        case Comparison(fact=fact, operator=operator, operand=operand, counts=counts):
            return f"{'count of ' if counts else ''}{fact.name} {operator.value} {operand.shown}"
        case AllOf(conditions=parts):
            return f"all of ({', '.join(map(describe, parts))})"
        case AnyOf(conditions=parts):
            return f"any of ({', '.join(map(describe, parts))})"
        case Not(condition=inner):
            return f"not {describe(inner)}"
        case AnyElement(fact=fact, where=where):
            return f"any {fact.name} where {describe(where)}"
        case IfApplicable(condition=inner):
            return f"if applicable {describe(inner)}"
