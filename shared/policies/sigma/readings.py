"""From the values and conditions of pySigma to ours. The only module that knows pySigma."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from sigma.conditions import (
    ConditionAND,
    ConditionFieldEqualsValueExpression,
    ConditionNOT,
    ConditionOR,
    ConditionValueExpression,
)
from sigma.exceptions import SigmaError
from sigma.rule import SigmaDetections
from sigma.types import (
    CompareOperators,
    SigmaBool,
    SigmaCasedString,
    SigmaCIDRExpression,
    SigmaCompareExpression,
    SigmaExists,
    SigmaNull,
    SigmaNumber,
    SigmaRegularExpression,
    SigmaRegularExpressionFlag,
    SigmaString,
    SigmaTimestampPart,
    SigmaType,
    SpecialChars,
)

from shared.policies.operators import Operator
from shared.policies.sigma.conditions import Condition, all_of, any_of, negated
from shared.policies.sigma.values import Flag, Network, Number, Pattern, Present, Refused, Text, Value, Wildcard

_LONGEST_CONDITION = 2_000
_DEEPEST = 10
_MOST_COMPARISONS = 20_000
"""Words of the condition times values: a policy of 64 KB holds far fewer."""
_ORDER = {
    CompareOperators.LT: Operator.LT,
    CompareOperators.LTE: Operator.LE,
    CompareOperators.GT: Operator.GT,
    CompareOperators.GTE: Operator.GE,
}
_WILDCARDS = {SpecialChars.WILDCARD_MULTI: Wildcard.MANY, SpecialChars.WILDCARD_SINGLE: Wildcard.ONE}

type Leaf = Callable[[str, Value], Condition]
"""What a field compared with a value comes to. Raises Refused."""


def condition_of(detection: Mapping[str, object], leaf: Leaf) -> Condition:
    """The condition of the key ``detection`` of a rule. Raises Refused.

    Several conditions in one rule are alternatives.
    """
    _refuse_excess(detection)
    try:
        # A copy: pySigma may change what it is given.
        parsed = SigmaDetections.from_dict(dict(detection))
        return any_of(_condition(one.parsed, leaf) for one in parsed.parsed_condition)
    except SigmaError as error:
        raise Refused(f"pySigma refuses it: {error}") from None
    except (TypeError, ValueError, AttributeError, LookupError, RecursionError) as error:
        # What pySigma raises where a part of the rule has another shape than Sigma gives it.
        raise Refused(f"pySigma cannot read it: {error}") from None


def _refuse_excess(detection: Mapping[str, object]) -> None:
    """Before pySigma reads it: its parser is recursive, and each ``1 of`` repeats all that it may mean."""
    condition = detection.get("condition")
    if "timeframe" in detection:
        raise Refused("counts within a time are written as correlations", "timeframe")
    for one in condition if isinstance(condition, list) else [condition]:
        if not isinstance(one, str):
            raise Refused("the condition is no text", "condition")
        if len(one) > _LONGEST_CONDITION:
            raise Refused(f"the condition has more than {_LONGEST_CONDITION} characters", "condition")
        if one.count("(") > _DEEPEST * 5 or one.split().count("not") > _DEEPEST * 5:
            raise Refused("the condition is nested too deep", "condition")
        if len(one.split()) * _values_in(detection) > _MOST_COMPARISONS:
            raise Refused("the condition comes to more comparisons than are taken", "condition")


def _values_in(part: object) -> int:
    """How many values are compared with. As deep as the file, which is limited."""
    if isinstance(part, Mapping):
        return sum(map(_values_in, part.values()))
    return sum(map(_values_in, part)) if isinstance(part, list) else 1


def _condition(part: object, leaf: Leaf) -> Condition:
    match part:
        case ConditionAND():
            return all_of(_condition(one, leaf) for one in part.args)
        case ConditionOR():
            return any_of(_condition(one, leaf) for one in part.args)
        case ConditionNOT():
            return negated(_condition(part.args[0], leaf))
        case ConditionFieldEqualsValueExpression():
            return _leaf(part.field, part.value, leaf)
        case ConditionValueExpression():
            raise Refused("keywords without a field search the whole record, of which the facts are kept only")
    raise Refused("the condition is empty")


def _leaf(field: str, value: SigmaType, leaf: Leaf) -> Condition:
    try:
        return leaf(field, _value(value))
    except Refused as refused:
        raise Refused(refused.text, field) from None


def _value(value: SigmaType) -> Value:
    match value:
        case SigmaString() | SigmaNumber() | SigmaBool():
            return _literal(value)
        case SigmaNull():
            return Present(False)
        case SigmaExists(exists=there):
            return Present(there)
        case SigmaRegularExpression():
            return _pattern(value)
        case SigmaCIDRExpression(network=network):
            return Network(network)
        case SigmaCompareExpression(number=number, op=order) if order in _ORDER:
            return replace(_number(number), operator=_ORDER[order])
    raise Refused(f"values of the kind {type(value).__name__.removeprefix('Sigma')} have no counterpart here")


def _literal(value: SigmaString | SigmaNumber | SigmaBool) -> Value:
    match value:
        case SigmaCasedString():
            raise Refused("the modifier cased: text is compared without regard to case here")
        case SigmaString():
            return _text(value)
        case SigmaNumber():
            return _number(value)
    return Flag(value.boolean)


def _number(value: SigmaNumber) -> Number:
    if isinstance(value, SigmaTimestampPart):
        raise Refused("parts of a date are not compared here")
    return Number(value.number)


def _text(value: SigmaString) -> Text:
    parts: list[str | Wildcard] = []
    for part in value.s:
        match part:
            case str():
                parts.append(part)
            case SpecialChars():
                if parts[-1:] != [Wildcard.MANY] or _WILDCARDS[part] is not Wildcard.MANY:
                    parts.append(_WILDCARDS[part])
            case _:
                raise Refused(f"the placeholder %{part.name:.80}% stands for a value that only its author knows")
    text = Text(tuple(parts))
    if text.shown.startswith("<") and text.shown.endswith(">"):
        raise Refused(f"{text.shown:.80} stands for a value that only its author knows")
    return text


def _pattern(value: SigmaRegularExpression) -> Pattern:
    if value.flags - {SigmaRegularExpressionFlag.IGNORECASE}:
        raise Refused("of the flags of regular expressions only i is accepted")
    if not value.flags:
        raise Refused("a regular expression does not regard case here; where that is meant, add the modifier i")
    return Pattern(str(value.regexp))
