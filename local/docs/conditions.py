"""The conditions of a policy in words, as lists of Markdown."""

from collections.abc import Iterator

from shared.policies.conditions import AllOf, AnyElement, AnyOf, Comparison, Condition, IfApplicable, Not
from shared.policies.operators import Operator

_WORDS: dict[Operator, str] = {
    Operator.EQ: "is {}",
    Operator.NE: "is not {}",
    Operator.IN: "is in {}",
    Operator.NOT_IN: "is not in {}",
    Operator.LT: "is less than {}",
    Operator.LE: "is at most {}",
    Operator.GT: "is more than {}",
    Operator.GE: "is at least {}",
    Operator.OLDER_THAN: "is longer ago than {}",
    Operator.NEWER_THAN: "is less long ago than {}",
    Operator.CONTAINS: "contains {}",
    Operator.STARTS_WITH: "starts with {}",
    Operator.ENDS_WITH: "ends with {}",
    Operator.MATCHES: "matches {}",
    Operator.ANY_OF: "has any of {}",
    Operator.ALL_OF: "has all of {}",
    Operator.NONE_OF: "has none of {}",
}


def condition_lines(condition: Condition) -> list[str]:
    """The condition as a nested list, one line each; empty for a condition that always holds."""
    parts = condition.conditions if isinstance(condition, AllOf) else (condition,)
    return [line for part in parts for line in _item(part, 0)]


def _item(condition: Condition, depth: int) -> Iterator[str]:
    indent = "  " * depth
    match condition:
        case AllOf(conditions=parts) | AnyOf(conditions=parts):
            yield f"{indent}- {'all' if isinstance(condition, AllOf) else 'any'} of:"
            for part in parts:
                yield from _item(part, depth + 1)
        case _:
            yield f"{indent}- {_sentence(condition)}"


def _sentence(condition: Condition) -> str:
    match condition:
        case Comparison():
            return _comparison(condition)
        case AnyElement(fact=fact, where=where):
            return f"one of `{fact.name}` of which {_sentence(where)}"
        case Not(condition=inner):
            return f"not: {_sentence(inner)}"
        case IfApplicable(condition=inner):
            return f"if it is known: {_sentence(inner)}"
        case AllOf(conditions=parts):
            return " and ".join(map(_sentence, parts))
        case AnyOf(conditions=parts):
            return " or ".join(map(_sentence, parts))


def _comparison(condition: Comparison) -> str:
    subject = f"{'the number of ' if condition.counts else ''}`{condition.fact.name}`"
    shown = condition.operand.shown
    if condition.operator is Operator.IS_NULL:
        return f"{subject} is {'empty' if shown == 'true' else 'not empty'}"
    return f"{subject} {_WORDS[condition.operator].format(shown)}"
