"""One comparison as an expression: what it tests, and what it must be guarded from."""

import ast
import operator as compare_by
from collections.abc import Callable
from enum import Enum
from typing import Any

from shared.domain.known import UNKNOWN
from shared.policies import expressions as make
from shared.policies.conditions import Comparison
from shared.policies.operators import ORDERING, OVERLAP, SUBSTRING, Operator
from shared.policies.vocabulary import FactType

type Constant = Callable[[object], ast.expr]


class Guard(Enum):
    """What must be checked before a test, which null and unknown values would pass, or break."""

    NONE = "none"
    """Nothing: the test is false for them by itself, since nothing equals them."""
    TRUTHY = "truthy"
    """That the value is truthy, as neither of them is: cheapest, where an empty value fails the test as well."""
    KNOWN = "known"
    """That the value is neither of them: zero and empty values count."""


def needs_folding(condition: Comparison) -> bool:
    """Whether the value is compared casefolded. A pattern ignores case itself; null and length have none."""
    if condition.counts or condition.operator in (Operator.IS_NULL, Operator.MATCHES):
        return False
    return condition.fact.type in (FactType.TEXT, FactType.TEXTS)


def guard_of(condition: Comparison) -> Guard:
    if condition.counts:
        return Guard.KNOWN
    match condition.operator:
        case Operator.EQ | Operator.IN:
            return Guard.NONE
        case Operator.IS_NULL:
            return Guard.NONE if condition.operand.value else Guard.KNOWN
        case Operator.NE | Operator.NOT_IN | Operator.NONE_OF:
            return Guard.KNOWN
        case Operator.ALL_OF if condition.operand.value == frozenset():
            # All of an empty list are in an empty value, too.
            return Guard.KNOWN
        case _ if condition.operator in ORDERING:
            # Ordered tokens compare by membership, of which null is no member.
            return Guard.NONE if condition.fact.ordered else Guard.KNOWN
    return Guard.TRUTHY


_SYNTAX: dict[Operator, Callable[[], ast.cmpop]] = {
    Operator.EQ: ast.Eq,
    Operator.NE: ast.NotEq,
    Operator.IN: ast.In,
    Operator.NOT_IN: ast.NotIn,
    Operator.LT: ast.Lt,
    Operator.LE: ast.LtE,
    Operator.GT: ast.Gt,
    Operator.GE: ast.GtE,
    Operator.OLDER_THAN: ast.Lt,
    Operator.NEWER_THAN: ast.Gt,
}


def literal_test(
    condition: Comparison, value: ast.expr, constant: Constant, moment: ast.expr | None = None
) -> ast.expr:
    """The bare test, to be guarded. ``moment`` is ``now`` minus the operand, for comparisons of time."""
    operator, literal = condition.operator, condition.operand.value
    if condition.counts:
        value = make.call(constant(len), value)
    if operator is Operator.IS_NULL:
        return make.is_(value, make.null()) if literal else ast.Constant(True)
    if operator in ORDERING and condition.fact.ordered:
        return make.compare(value, ast.In(), constant(literal))
    if operator in SUBSTRING and isinstance(literal, tuple):
        return _substring_test(operator, value, literal, constant)
    if operator is Operator.MATCHES:
        return make.method(constant(literal), "search", value)
    if operator in OVERLAP:
        return _overlap_test(operator, value, constant(literal))
    if isinstance(literal, bool) and operator is Operator.EQ:
        return make.is_(value, ast.Constant(literal))
    return make.compare(value, _SYNTAX[operator](), moment or constant(literal))


def _substring_test(operator: Operator, value: ast.expr, parts: tuple[object, ...], constant: Constant) -> ast.expr:
    if operator is Operator.CONTAINS:
        return make.any_(*(make.compare(constant(part), ast.In(), value) for part in parts))
    name = "startswith" if operator is Operator.STARTS_WITH else "endswith"
    return make.method(value, name, constant(parts[0] if len(parts) == 1 else parts))


def _overlap_test(operator: Operator, value: ast.expr, wanted: ast.expr) -> ast.expr:
    if operator is Operator.ALL_OF:
        return make.method(wanted, "issubset", value)
    disjoint = make.method(wanted, "isdisjoint", value)
    return disjoint if operator is Operator.NONE_OF else make.negate(disjoint)


# Any: the vocabulary decides the types, and the binding has checked that they can be compared.
_BY_OPERATOR: dict[Operator, Callable[[Any, Any], object]] = {
    Operator.LT: compare_by.lt,
    Operator.LE: compare_by.le,
    Operator.GT: compare_by.gt,
    Operator.GE: compare_by.ge,
    Operator.IN: lambda value, values: value in values,
    Operator.NOT_IN: lambda value, values: value not in values,
    Operator.ANY_OF: lambda value, values: not values.isdisjoint(value),
    Operator.ALL_OF: lambda value, values: values.issubset(value),
    Operator.NONE_OF: lambda value, values: values.isdisjoint(value),
}


def dynamic_test(condition: Comparison, *, certain: bool) -> Callable[[Any, Any], bool]:
    """A test of a value and an operand that is known only at run time, with its own guards."""
    compare, counts = _BY_OPERATOR[condition.operator], condition.counts

    def test(value: Any, operand: Any) -> bool:
        if value is None or operand is None:
            return False
        if value is UNKNOWN or operand is UNKNOWN:
            return not certain
        return bool(compare(len(value) if counts else value, operand))

    return test
