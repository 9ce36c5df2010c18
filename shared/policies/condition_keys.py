"""Which conditions ask the same: policies that begin alike share the test that they begin with."""

from collections.abc import Hashable

from shared.policies.conditions import AllOf, AnyElement, AnyOf, Comparison, Condition, IfApplicable, Not


def key_of(condition: Condition) -> Hashable:
    """Equal for conditions that are written alike. What is compared with a baseline equals nothing but itself."""
    match condition:
        case Comparison(fact=fact, operator=operator, operand=operand, counts=counts):
            if operand.dynamic is not None:
                return id(condition)
            # 1 and True are equal, and no fact has both.
            return fact, operator, operand.value, counts
        case AllOf(conditions=parts) | AnyOf(conditions=parts):
            return type(condition).__name__, *map(key_of, parts)
        case AnyElement(fact=fact, where=where):
            return AnyElement.__name__, fact, key_of(where)
        case Not(condition=inner) | IfApplicable(condition=inner):
            return type(condition).__name__, key_of(inner)
