"""The conditions of a policy as a tree of lines for people.

Made of plain values as the policy says them, so that a broken policy is shown, too: whatever is no condition stands as
its text. Depth and number are bounded here as well as where policies are saved: what is stored may be older.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import msgspec

from shared.domain.policy_book import PolicyBody

_DEEPEST: Final = 14
_MOST_LINES: Final = 500
_LONGEST: Final = 300
_GROUPS: Final = {"all": "all of these", "any": "any of these"}
_WRAPPERS: Final = {"not": "not", "ifApplicable": "if it is known"}
_OPERATORS: Final = {
    "eq": "is",
    "ne": "is not",
    "in": "is one of",
    "notIn": "is none of",
    "lt": "is less than",
    "le": "is at most",
    "gt": "is more than",
    "ge": "is at least",
    "olderThan": "is longer ago than",
    "newerThan": "is less long ago than",
    "contains": "contains",
    "startsWith": "begins with",
    "endsWith": "ends with",
    "matches": "matches",
    "anyOf": "has any of",
    "allOf": "has all of",
    "noneOf": "has none of",
}
_OF_BASELINE: Final = {
    "times": "times",
    "percent": "percent of",
    "plus": "plus",
    "deviations": "deviations above",
    "atLeast": "but at least",
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """``fact`` is what is asked, empty for a line that only holds the ones below it."""

    fact: str = ""
    words: str
    value: str = ""
    below: tuple["Line", ...] = ()


def condition_tree(definition: PolicyBody) -> tuple[Line, ...]:
    """What the policy asks of one app, or of one event."""
    return _Reader(definition).condition(definition.get("when"))


def step_trees(definition: PolicyBody) -> list[tuple[str, list[str], tuple[Line, ...]]]:
    """Of a sequence: name, activities and conditions of each step."""
    reader, steps = _Reader(definition), definition.get("steps")
    found = [step for step in steps if isinstance(step, dict)] if isinstance(steps, list) else []
    return [(_plain(step.get("as")), words_of(step.get("on")), reader.condition(step.get("when"))) for step in found]


def measure_line(definition: PolicyBody) -> Line | None:
    """Of a window: how many of what make it full."""
    having = definition.get("having")
    if not isinstance(having, dict):
        return None
    reader = _Reader(definition)
    measured = {"count": "the number of", "distinct": "the number of different", "sum": "the sum of"}
    subject = next((f"{words} {_plain(having[key])}" for key, words in measured.items() if key in having), "")
    bound = next((key for key in ("gt", "ge") if key in having), "")
    return Line(fact=subject, words=_OPERATORS.get(bound, ""), value=reader.value(having.get(bound)))


def words_of(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []


class _Reader:
    """Knows the parameters of the policy, and how many lines are left."""

    def __init__(self, definition: PolicyBody) -> None:
        parameters = definition.get("parameters")
        self._parameters = parameters if isinstance(parameters, dict) else {}
        self._left = _MOST_LINES

    def condition(self, raw: object) -> tuple[Line, ...]:
        """Conditions that must all hold stand beside each other at the top."""
        if raw is None:
            return ()
        if isinstance(raw, dict) and set(raw) == {"all"} and isinstance(raw["all"], list):
            return tuple(line for part in raw["all"] for line in self._lines(part, 1))
        return tuple(self._lines(raw, 1))

    def _lines(self, raw: object, depth: int) -> Iterator[Line]:
        self._left -= 1
        if self._left < 0:
            return
        if not isinstance(raw, dict) or depth > _DEEPEST:
            yield Line(words=_plain(raw))
            return
        for word, inner in raw.items():
            yield from self._one(str(word), inner, depth)

    def _one(self, word: str, inner: object, depth: int) -> Iterator[Line]:
        if word in _GROUPS and isinstance(inner, list):
            below = tuple(line for part in inner for line in self._lines(part, depth + 1))
            yield Line(words=_GROUPS[word], below=below)
        elif word == "any" and isinstance(inner, dict):
            where = tuple(self._lines(inner.get("where"), depth + 1))
            yield Line(fact=_plain(inner.get("of")), words="has one of which", below=where)
        elif word in _WRAPPERS:
            yield Line(words=_WRAPPERS[word], below=tuple(self._lines(inner, depth + 1)))
        elif isinstance(inner, dict):
            for operator, value in inner.items():
                yield from self._comparison(word, str(operator), value)
        else:
            yield Line(fact=word, words=_plain(inner))

    def _comparison(self, fact: str, operator: str, value: object) -> Iterator[Line]:
        if operator == "count" and isinstance(value, dict):
            for inner, bound in value.items():
                words = _OPERATORS.get(str(inner), str(inner))
                yield Line(fact=f"the number of {fact}", words=words, value=self.value(bound))
        elif operator == "isNull":
            yield Line(fact=fact, words="is not there" if value is True else "is there")
        else:
            yield Line(fact=fact, words=_OPERATORS.get(operator, operator), value=self.value(value))

    def value(self, raw: object) -> str:
        """With a parameter's value beside its name."""
        if not isinstance(raw, dict):
            return _plain(raw)
        if "parameter" in raw:
            return f"{self._default(raw['parameter'])} ({_plain(raw['parameter'])})"
        if "list" in raw:
            return f"the list {_plain(raw['list'])}"
        return self._baseline(raw) if "baseline" in raw else _plain(raw)

    def _baseline(self, raw: Mapping[str, object]) -> str:
        before = [f"{self.value(raw[key])} {_OF_BASELINE[key]}" for key in raw if key in ("times", "percent")]
        after = [f"{_OF_BASELINE[key]} {self.value(raw[key])}" for key in raw if key in ("plus", "atLeast")]
        above = [f"{self.value(raw[key])} {_OF_BASELINE[key]}" for key in raw if key == "deviations"]
        return " ".join([*before, *above, f"what is usual for {_plain(raw['baseline'])}", *after])

    def _default(self, name: object) -> str:
        parameter = self._parameters.get(name) if isinstance(name, str) else None
        return _plain(parameter.get("default")) if isinstance(parameter, dict) else "?"


def _plain(value: object) -> str:
    if isinstance(value, list):
        text = ", ".join(_plain(one) for one in value)
    else:
        text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
