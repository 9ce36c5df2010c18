"""The workload's neutral rules in our language.

A neutral condition is ``{"all": […]}``, ``{"any": […]}``, ``{"not": c}``, ``{"anyOf": list, "where": c}`` or a leaf
``{"f": field, "op": operator, "v": value}``.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from local.bench.event_documents import SIGN_IN

# Any: what the workload's module returns is JSON.
type Neutral = Mapping[str, Any]

_OPERATORS = {
    "eq": "eq",
    "ne": "ne",
    "in": "in",
    "gt": "gt",
    "ge": "ge",
    "lt": "lt",
    "le": "le",
    "contains_any": "anyOf",
    "str_contains": "contains",
    "str_startswith": "startsWith",
    "str_endswith": "endsWith",
    "re": "matches",
}


def app_policy(neutral: Neutral) -> dict[str, object]:
    """One policy on apps."""
    return {"id": neutral["id"].lower(), "kind": "app", "when": _condition(neutral["when"], "app.")}


def event_policy(neutral: Neutral, activities: Iterable[str]) -> dict[str, object]:
    """One policy on events. What the rule asks of kind and activity becomes ``on``; the rest stays a condition."""
    parts: list[Neutral] = neutral["when"]["all"]
    about = [part for part in parts if part.get("f") in ("kind", "activity")]
    rest = [part for part in parts if part not in about]
    on = [name for name in activities if all(_holds(part, name) for part in about)]
    policy: dict[str, object] = {"id": neutral["id"].lower(), "kind": "event", "on": on}
    if rest:
        policy["when"] = _condition({"all": rest}, "event.")
    return policy


_ACTIVITY_TESTS: dict[str, Callable[[str, Any], bool]] = {
    "eq": lambda name, value: name.casefold() == value.casefold(),
    "in": lambda name, value: name.casefold() in {item.casefold() for item in value},
    "str_contains": lambda name, value: value.casefold() in name.casefold(),
    "str_startswith": lambda name, value: name.casefold().startswith(value.casefold()),
}


def _holds(part: Neutral, activity: str) -> bool:
    if part["f"] == "kind":
        return bool((part["v"] == "signin") == (activity == SIGN_IN))
    return _ACTIVITY_TESTS[part["op"]](activity, part["v"])


def _condition(neutral: Neutral, prefix: str) -> dict[str, object]:
    for word in ("all", "any"):
        if word in neutral:
            return {word: [_condition(part, prefix) for part in neutral[word]]}
    if "not" in neutral:
        return {"not": _condition(neutral["not"], prefix)}
    if "anyOf" in neutral:
        # Inside elements the facts have the elements' own names.
        return {"any": {"of": prefix + neutral["anyOf"], "where": _condition(neutral["where"], "")}}
    return {prefix + neutral["f"]: _test(neutral["op"], neutral.get("v"))}


def _test(operator: str, value: Any) -> dict[str, object]:
    match operator:
        case "is_null" | "not_null":
            return {"isNull": operator == "is_null"}
        case "older_days" | "newer_days":
            return {"olderThan" if operator == "older_days" else "newerThan": f"{value}d"}
        case "contains":
            return {"anyOf": [value]}
    return {_OPERATORS[operator]: value}
