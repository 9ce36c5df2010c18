"""More rules than the workload has: each as it is, and variations that cost as much and fire as often.

They begin alike, as policies do that were made from one template; what the engine gains by that is in its figures.
"""

from collections.abc import Callable, Sequence

from local.bench.translate import Neutral

type Excluding = Callable[[Neutral], str]
"""The text of its documents by which a rule excludes some."""

_BOUNDS = frozenset({"gt", "ge", "lt", "le", "older_days", "newer_days"})


def varied(rules: Sequence[Neutral], count: int | None, excluding: Excluding) -> list[Neutral]:
    """So many rules, all different: in turn each of ``rules``, first as it is, then with bounds moved a little and a
    name of its own excluded, in the field that ``excluding`` gives. Without a count, the rules.
    """
    if count is None:
        return list(rules)
    return [_variation(rules[index % len(rules)], index // len(rules), excluding) for index in range(count)]


def _variation(rule: Neutral, number: int, excluding: Excluding) -> Neutral:
    if number == 0:
        return rule
    moved = [_moved(part, number) for part in rule["when"]["all"]]
    excluded = {"not": {"f": excluding(rule), "op": "str_startswith", "v": f"excluded {number}"}}
    return {**rule, "id": f"{rule['id']}-{number}", "when": {"all": [*moved, excluded]}}


def _moved(part: Neutral, number: int) -> Neutral:
    for word in ("all", "any"):
        if word in part:
            return {word: [_moved(one, number) for one in part[word]]}
    return {**part, "v": part["v"] + number} if part.get("op") in _BOUNDS else part


def name_of_app(_rule: Neutral) -> str:
    return "nameKey"


def name_in_event(rule: Neutral) -> str:
    is_sign_in = any(part.get("f") == "kind" and part["v"] == "signin" for part in rule["when"]["all"])
    return "appName" if is_sign_in else "targetName"
