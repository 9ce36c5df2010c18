"""Conditions as JSON Schema, from the vocabulary: which facts there are, their operators, and the values these take.

What a schema cannot say is left to the checks of policies: whether a named parameter or list exists, how deep
conditions nest, what a regular expression costs.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from shared.policies.baselines import BaselineReference
from shared.policies.operators import AGE, EQUALITY, MEMBERSHIP, ORDERING, OVERLAP, SUBSTRING, Operator, operators_of
from shared.policies.vocabulary import Fact, FactType, Vocabulary

type Json = dict[str, Any]

_DURATION: Json = {"type": "string", "pattern": "^-?[0-9]{1,6}[smhd]$", "description": "Such as 90s, 30m, 12h, 7d"}
_SIZE: Json = {"type": "string", "pattern": "^[0-9]{1,6}(B|KB|MB|GB|TB)$", "description": "Such as 1GB"}
_TEXT: Json = {"type": "string", "minLength": 1}
_BASELINE: Json = {"$ref": "#/$defs/baseline"}
_PARAMETER: Json = {"$ref": "#/$defs/parameterReference"}


def condition_definitions(vocabulary: Vocabulary, lists: Iterable[str], *, name: str, app_facts: set[str]) -> Json:
    """Definitions by name: ``name`` for events, ``nameOfApp`` with facts of apps alone, and what these refer to."""
    facts = vocabulary.facts.values()
    own = [fact for fact in facts if fact.name in app_facts]
    definitions = {name: _condition(facts, name, ""), f"{name}OfApp": _condition(own, f"{name}OfApp", "")}
    for fact in facts:
        definitions[_place("", fact)] = _comparisons(fact)
        for element in fact.element.facts.values() if fact.element is not None else ():
            definitions[_place(fact.name, element)] = _comparisons(element)
        if fact.element is not None:
            definitions[_element(fact)] = _condition(fact.element.facts.values(), _element(fact), fact.name)
    return {**definitions, **_values(lists, vocabulary)}


def reference_to(value: Json) -> Json:
    """The value itself, or a parameter that holds it."""
    return {"anyOf": [value, {"$ref": "#/$defs/parameterReference"}]}


def threshold_schema() -> Json:
    """What a window counts up to."""
    return {"anyOf": [{"type": "number"}, _SIZE, _PARAMETER, _BASELINE]}


def duration_schema() -> Json:
    return reference_to(_DURATION)


def _condition(facts: Iterable[Fact], name: str, collection: str) -> Json:
    """One key: a word that joins conditions, or a fact."""
    facts = list(facts)
    itself = {"$ref": f"#/$defs/{name}"}
    several = {"type": "array", "items": itself, "minItems": 1}
    words: Json = {"all": several, "not": itself, "ifApplicable": itself}
    elements = [_any_element(fact) for fact in facts if fact.element is not None]
    words["any"] = {"anyOf": [several, *elements]} if elements else several
    return {
        "type": "object",
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": False,
        "properties": {**words, **{fact.name: {"$ref": f"#/$defs/{_place(collection, fact)}"} for fact in facts}},
    }


def _any_element(fact: Fact) -> Json:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["of", "where"],
        "properties": {"of": {"const": fact.name}, "where": {"$ref": f"#/$defs/{_element(fact)}"}},
    }


def _place(collection: str, fact: Fact) -> str:
    """The name of the definition of a fact: facts of elements have short names, which several collections share."""
    return f"fact:{collection}:{fact.name}" if collection else f"fact:{fact.name}"


def _element(fact: Fact) -> str:
    return f"elementOf:{fact.name}"


def _comparisons(fact: Fact) -> Json:
    unit = f" Unit: {fact.unit}." if fact.unit else ""
    form = f" Written as {fact.form.value}." if fact.form is not None else ""
    return {
        "type": "object",
        "description": f"{fact.description}{unit}{form}",
        "minProperties": 1,
        "additionalProperties": False,
        "properties": {operator.value: _operand(fact, operator) for operator in sorted(operators_of(fact))},
    }


def _operand(fact: Fact, operator: Operator) -> Json:
    if operator is Operator.IS_NULL:
        return reference_to({"type": "boolean"})
    if operator is Operator.COUNT:
        return {"$ref": "#/$defs/count"}
    if operator in MEMBERSHIP | OVERLAP:
        items = {"type": "array", "items": _scalar(fact), "minItems": 1}
        return {"anyOf": [items, {"$ref": "#/$defs/reference"}, *_baselines(fact, operator)]}
    if operator in SUBSTRING or operator is Operator.MATCHES:
        return {"$ref": "#/$defs/pattern" if operator is Operator.MATCHES else "#/$defs/parts"}
    value = _DURATION if operator in AGE else _scalar(fact)
    return {"anyOf": [value, _PARAMETER, *_baselines(fact, operator)]}


def _baselines(fact: Fact, operator: Operator) -> Iterator[Json]:
    """Numbers compare with what is usual, other values belong to it or not."""
    is_number = fact.type is FactType.NUMBER
    if operator in (ORDERING if is_number else MEMBERSHIP | OVERLAP) and not fact.ordered:
        yield _BASELINE


def _scalar(fact: Fact) -> Json:
    match fact.type:
        case FactType.BOOLEAN:
            return {"type": "boolean"}
        case FactType.NUMBER:
            return {"anyOf": [{"type": "number"}, _SIZE]} if fact.unit == "bytes" else {"type": "number"}
        case FactType.DURATION:
            return _DURATION
    return {"enum": list(fact.choices)} if fact.choices else {"type": "string"}


def _values(lists: Iterable[str], vocabulary: Vocabulary) -> Json:
    name = {"type": "string", "pattern": "^[a-z][A-Za-z0-9]{0,63}$"}
    parameter = _one_key("parameter", name)
    # The tenant has lists of its own: the known ones are there to be completed.
    listed = _one_key("list", {"anyOf": [{"enum": sorted(lists)}, name]})
    count = {"anyOf": [{"type": "number"}, {"$ref": "#/$defs/parameterReference"}]}
    texts = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT, "minItems": 1}, {"$ref": "#/$defs/reference"}]}
    baseline = BaselineReference.model_json_schema()
    numbers = baseline["properties"].items()
    baseline["properties"] = {name: {"anyOf": [number, _PARAMETER]} for name, number in numbers}
    baseline["properties"]["baseline"] = {"enum": sorted(vocabulary.baselines)}
    return {
        "parameterReference": parameter,
        "reference": {"anyOf": [parameter, listed]},
        "parts": texts,
        "pattern": reference_to(_TEXT),
        "count": {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": False,
            "properties": {operator.value: count for operator in sorted(ORDERING | EQUALITY)},
        },
        "baseline": baseline,
    }


def _one_key(key: str, value: Json) -> Json:
    return {"type": "object", "properties": {key: value}, "required": [key], "additionalProperties": False}
