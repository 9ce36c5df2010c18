"""The operators, and which type of fact takes which."""

from enum import StrEnum

from shared.policies.vocabulary import Fact, FactType


class Operator(StrEnum):
    EQ = "eq"
    NE = "ne"
    IN = "in"
    NOT_IN = "notIn"
    IS_NULL = "isNull"
    LT = "lt"
    LE = "le"
    GT = "gt"
    GE = "ge"
    OLDER_THAN = "olderThan"
    NEWER_THAN = "newerThan"
    CONTAINS = "contains"
    STARTS_WITH = "startsWith"
    ENDS_WITH = "endsWith"
    MATCHES = "matches"
    ANY_OF = "anyOf"
    ALL_OF = "allOf"
    NONE_OF = "noneOf"
    COUNT = "count"


EQUALITY = frozenset({Operator.EQ, Operator.NE})
MEMBERSHIP = frozenset({Operator.IN, Operator.NOT_IN})
ORDERING = frozenset({Operator.LT, Operator.LE, Operator.GT, Operator.GE})
SUBSTRING = frozenset({Operator.CONTAINS, Operator.STARTS_WITH, Operator.ENDS_WITH})
OVERLAP = frozenset({Operator.ANY_OF, Operator.ALL_OF, Operator.NONE_OF})
AGE = frozenset({Operator.OLDER_THAN, Operator.NEWER_THAN})

_BY_TYPE: dict[FactType, frozenset[Operator]] = {
    FactType.TOKEN: EQUALITY | MEMBERSHIP,
    FactType.TEXT: EQUALITY | MEMBERSHIP | SUBSTRING | {Operator.MATCHES},
    FactType.NUMBER: EQUALITY | MEMBERSHIP | ORDERING,
    FactType.BOOLEAN: EQUALITY,
    FactType.TIME: AGE,
    FactType.DURATION: ORDERING,
    FactType.TOKENS: OVERLAP | {Operator.COUNT},
    FactType.TEXTS: OVERLAP | {Operator.COUNT},
    FactType.COLLECTION: frozenset({Operator.COUNT}),
}


def operators_of(fact: Fact) -> frozenset[Operator]:
    """The operators that the fact takes. Every fact can be null; tokens with an order compare by rank as well."""
    ordered = ORDERING if fact.ordered else frozenset[Operator]()
    return _BY_TYPE[fact.type] | ordered | {Operator.IS_NULL}
