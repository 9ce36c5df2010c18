"""The JSON Schema of policy files, made from the models and the vocabulary, so that editors complete and check them.

Every file that the service takes fits it. It says less than the service checks: that is the last word.
"""

from typing import Any

from pydantic.json_schema import models_json_schema

from shared.policies.binding import ALLOWED_KEYS, NEEDED_KEYS
from shared.policies.condition_schema import Json, condition_definitions, duration_schema, threshold_schema
from shared.policies.facts import VOCABULARY
from shared.policies.lists import load_lists
from shared.policies.model import Kind, Policy
from shared.policies.policy_entries import load_bundled
from shared.policies.tuning import Tuning
from shared.policies.vocabulary import Root

_KIND_KEYS = ("on", "when", "by", "within", "having", "steps")
_NAME = "^[a-z][A-Za-z0-9]{0,63}$"


def policy_schema() -> Json:
    """The whole schema, draft 2020-12. Reads the catalogue: the caller keeps the result."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Consentry policy file",
        "description": "A policy, the tuning of a bundled one, a list of these, or named lists.",
        "if": {"type": "array"},
        "then": {"items": {"$ref": "#/$defs/entry"}, "minItems": 1},
        "else": {
            "type": "object",
            "if": {"required": ["lists"]},
            "then": {"$ref": "#/$defs/listFile"},
            "else": {"$ref": "#/$defs/entry"},
        },
        "$defs": dict(sorted(_definitions().items())),
    }


def _definitions() -> Json:
    app_facts = {name for name, fact in VOCABULARY.facts.items() if fact.root is not Root.EVENT}
    conditions = condition_definitions(VOCABULARY, load_lists(), name="condition", app_facts=app_facts)
    _, made = models_json_schema([(Policy, "validation"), (Tuning, "validation")], ref_template="#/$defs/{model}")
    models = {name: _without_titles(schema) for name, schema in made["$defs"].items()}
    _complete(models)
    entry = {
        "type": "object",
        "if": {"required": ["tune"]},
        "then": {"$ref": "#/$defs/Tuning"},
        "else": {"$ref": "#/$defs/Policy"},
    }
    return {**models, **conditions, "entry": entry, "listFile": _list_file()}


def _complete(models: dict[str, Json]) -> None:
    """Puts names of facts and activities, conditions and durations where the models take any text."""
    facts = {"type": "array", "items": {"enum": sorted(VOCABULARY.facts)}, "maxItems": 5}
    activities = {"type": "array", "items": {"enum": sorted(VOCABULARY.activities)}}
    condition = {"$ref": "#/$defs/condition"}
    policy, having = models["Policy"]["properties"], models["Having"]["properties"]
    del policy["version"]
    policy |= {"on": activities, "by": facts, "when": condition, "within": duration_schema()}
    models["Policy"]["allOf"] = [_of_kind(kind) for kind in Kind]
    models["AlertRule"]["properties"]["by"] = facts
    models["Step"]["properties"] |= {"on": {**activities, "minItems": 1}, "when": condition}
    for measure in ("distinct", "sum"):
        having[measure] = {"enum": sorted(VOCABULARY.facts)}
    for bound in ("gt", "ge"):
        having[bound] = threshold_schema()
    tuning = models["Tuning"]
    tuning["properties"] = {
        "tune": {"enum": [one.policy.id for one in load_bundled()], "description": "The bundled policy"},
        **tuning["properties"],
    }
    tuning |= {"required": ["tune"], "minProperties": 2}


def _of_kind(kind: Kind) -> Json:
    """Which keys a kind needs, and which do not belong to it."""
    needed, allowed = NEEDED_KEYS[kind], ALLOWED_KEYS[kind]
    properties: Json = {key: False for key in _KIND_KEYS if key not in needed | allowed}
    if kind is Kind.APP:
        properties["when"] = {"$ref": "#/$defs/conditionOfApp"}
    return {
        "if": {"properties": {"kind": {"const": kind.value}}, "required": ["kind"]},
        "then": {"required": sorted(needed), "properties": properties},
    }


def _list_file() -> Json:
    values = {"type": "array", "items": {"type": "string", "minLength": 1, "maxLength": 256}, "maxItems": 2_000}
    described = {
        "type": "object",
        "additionalProperties": False,
        "required": ["values"],
        "properties": {"description": {"type": "string", "maxLength": 1_000}, "values": values},
    }
    lists = {
        "type": "object",
        "minProperties": 1,
        "propertyNames": {"pattern": _NAME},
        "additionalProperties": {"anyOf": [values, described]},
    }
    return {"type": "object", "additionalProperties": False, "required": ["lists"], "properties": {"lists": lists}}


def _without_titles(schema: Any) -> Any:
    """Titles that pydantic makes of names say nothing; a property called ``title`` stays."""
    if isinstance(schema, list):
        return [_without_titles(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: {name: _without_titles(each) for name, each in value.items()}
        if key == "properties"
        else _without_titles(value)
        for key, value in schema.items()
        if key != "title"
    }
