"""Sigma over flat records, as its specification says, in as few lines as will do. Knows neither pySigma nor us."""

import re
from collections.abc import Callable, Mapping, Sequence
from ipaddress import ip_address, ip_network
from operator import ge, gt, le, lt
from typing import Any

# Any: a detection is what YAML holds, and a record what JSON does.
type Detection = Mapping[str, Any]
type Record = Mapping[str, Any]


def fires(detection: Detection, record: Record) -> bool:
    conditions = detection["condition"]
    tests = [conditions] if isinstance(conditions, str) else conditions
    return any(_Condition(re.findall(r"[()]|[^\s()]+", test), detection, record).either() for test in tests)


class _Condition:
    """A condition read from left to right: ``or`` of ``and`` of ``not`` of what stands alone."""

    def __init__(self, words: list[str], detection: Detection, record: Record) -> None:
        self._words, self._detection, self._record = words, detection, record

    def either(self) -> bool:
        found = self._both()
        while self._words[:1] == ["or"]:
            self._words.pop(0)
            found = self._both() or found
        return found

    def _both(self) -> bool:
        found = self._one()
        while self._words[:1] == ["and"]:
            self._words.pop(0)
            found = self._one() and found
        return found

    def _one(self) -> bool:
        word = self._words.pop(0)
        if word == "not":
            return not self._one()
        if word == "(":
            found = self.either()
            self._words.pop(0)
            return found
        if word in ("1", "any", "all") and self._words[:1] == ["of"]:
            pattern = self._words[1]
            del self._words[:2]
            tests = [_selected(self._detection[name], self._record) for name in self._names(pattern)]
            return all(tests) if word == "all" else any(tests)
        return _selected(self._detection[word], self._record)

    def _names(self, pattern: str) -> list[str]:
        wanted = ".*" if pattern == "them" else pattern.replace("*", ".*")
        return [name for name in self._detection if name != "condition" and re.fullmatch(wanted, name)]


def _selected(selection: Any, record: Record) -> bool:
    if isinstance(selection, list):
        return any(_selected(one, record) for one in selection)
    return all(_item(key.split("|"), wanted, record) for key, wanted in selection.items())


def _item(key: Sequence[str], wanted: Any, record: Record) -> bool:
    name, *modifiers = key
    held = record.get(name)
    values = [] if held is None else held if isinstance(held, list) else [held]
    tests = [_tested(modifiers, one, values) for one in (wanted if isinstance(wanted, list) else [wanted])]
    found = all(tests) if "all" in modifiers else any(tests)
    return not found if "neq" in modifiers else found


def _tested(modifiers: Sequence[str], wanted: Any, values: list[Any]) -> bool:
    if wanted is None or wanted == "":
        return not values
    if "exists" in modifiers:
        return bool(values) is wanted
    return any(_holds(modifiers, wanted, value) for value in values)


def _holds(modifiers: Sequence[str], wanted: Any, value: Any) -> bool:
    for word, compare in _ORDER.items():
        if word in modifiers:
            return compare(value, wanted)
    if "cidr" in modifiers:
        return ip_address(value) in ip_network(wanted)
    if "re" in modifiers:
        return re.search(wanted, value, re.IGNORECASE) is not None
    text = "".join(_piece(part) for part in re.findall(r"\\[*?\\]|.", str(wanted), re.DOTALL))
    before = ".*" if {"contains", "endswith"} & set(modifiers) else ""
    after = ".*" if {"contains", "startswith"} & set(modifiers) else ""
    return re.fullmatch(before + text + after, str(value), re.IGNORECASE | re.DOTALL) is not None


_ORDER: dict[str, Callable[[Any, Any], bool]] = {"gte": ge, "gt": gt, "lte": le, "lt": lt}


def _piece(part: str) -> str:
    if part in ("*", "?"):
        return ".*" if part == "*" else "."
    return re.escape(part[-1] if len(part) == 2 else part)
