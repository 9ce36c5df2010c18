"""The grammar of ``$filter``: text into a tree. What the tree may ask of which type is for ``filters.py``."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from local.tenant.graph.filter_conditions import All, AnyElement, Compared, Condition, Either, Not, Path, Value
from local.tenant.graph.messages import GraphError, bad_request

_MOST_NESTED = 50
_COMPARISONS = frozenset({"eq", "ne", "ge", "le", "gt", "lt"})
_FUNCTIONS = frozenset({"startswith", "endswith", "contains"})
_WORDS: dict[str, Value] = {"true": True, "false": False, "null": None}
_TOKEN = re.compile(
    r"""\s*(?:
        (?P<string>'(?:[^']|'')*')
      | (?P<moment>\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))
      | (?P<guid>[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})
      | (?P<number>-?\d+)(?![\w.])
      | (?P<word>[A-Za-z_$][\w.]*)
      | (?P<mark>[(),:/])
    )""",
    re.VERBOSE,
)


class _Token(NamedTuple):
    kind: str
    text: str
    position: int


def parse_filter(text: str) -> Condition:
    """The tree. Raises GraphError (400) with the position of what does not fit."""
    return _Parser(list(_tokens(text))).whole()


def _tokens(text: str) -> Iterator[_Token]:
    position = 0
    end = len(text.rstrip())
    while position < end:
        found = _TOKEN.match(text, position)
        if found is None:
            raise _misplaced(position)
        kind = found.lastgroup or ""
        yield _Token(kind, found[kind], found.start(kind))
        position = found.end()
    yield _Token("end", "", len(text))


def _misplaced(position: int) -> GraphError:
    return bad_request(f"Invalid filter clause: Syntax error at position {position}.")


class _Parser:
    """Recursive descent: ``or`` binds weakest, then ``and``, then ``not``."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._next = 0
        self._nested = 0
        self._variable: str | None = None

    def whole(self) -> Condition:
        condition = self._either()
        self._expect("end")
        return condition

    def _either(self) -> Condition:
        self._nested += 1
        if self._nested > _MOST_NESTED:
            raise bad_request("Invalid filter clause: Recursion depth exceeded allowed limit.")
        conditions = [self._all()]
        while self._take("or"):
            conditions.append(self._all())
        self._nested -= 1
        return conditions[0] if len(conditions) == 1 else Either(tuple(conditions))

    def _all(self) -> Condition:
        conditions = [self._single()]
        while self._take("and"):
            conditions.append(self._single())
        return conditions[0] if len(conditions) == 1 else All(tuple(conditions))

    def _single(self) -> Condition:
        if self._take("not"):
            return Not(self._single_or_group())
        return self._single_or_group()

    def _single_or_group(self) -> Condition:
        if self._take("("):
            condition = self._either()
            self._expect(")")
            return condition
        name = self._expect("word")
        if name.text.lower() in _FUNCTIONS:
            return self._function(name.text.lower())
        return self._comparison_or_any(name)

    def _function(self, name: str) -> Condition:
        self._expect("(")
        path = self._path(self._expect("word"))
        self._expect(",")
        value = self._value()
        self._expect(")")
        # ``startswith(x,'y') eq true`` is the same.
        if self._take("eq"):
            self._expect("true")
        return Compared(path, name, (value,))

    def _comparison_or_any(self, name: _Token) -> Condition:
        path = self._path(name)
        if len(path) > 1 and path[-1] == "any":
            return self._any(path[:-1])
        operator = self._expect("word")
        if operator.text in _COMPARISONS:
            return Compared(path, operator.text, (self._value(),))
        if operator.text == "in":
            return Compared(path, "in", self._values())
        raise _misplaced(operator.position)

    def _any(self, path: Path) -> Condition:
        if self._variable is not None:
            raise bad_request("Invalid filter clause: a lambda inside a lambda is not supported.")
        self._expect("(")
        self._variable = self._expect("word").text
        self._expect(":")
        condition = self._either()
        self._expect(")")
        self._variable = None
        return AnyElement(path, condition)

    def _path(self, first: _Token) -> Path:
        parts = [first.text]
        while self._take("/"):
            parts.append(self._expect("word").text)
        if self._variable is not None:
            if parts[0] != self._variable:
                raise _misplaced(first.position)
            return tuple(parts[1:])
        return tuple(parts)

    def _values(self) -> tuple[Value, ...]:
        self._expect("(")
        values = [self._value()]
        while self._take(","):
            values.append(self._value())
        self._expect(")")
        return tuple(values)

    def _value(self) -> Value:
        token = self._tokens[self._next]
        self._next += 1
        match token.kind:
            case "string":
                return token.text[1:-1].replace("''", "'")
            case "moment":
                return _moment(token)
            case "guid":
                return token.text
            case "number":
                return int(token.text)
            case "word" if token.text in _WORDS:
                return _WORDS[token.text]
        raise _misplaced(token.position)

    def _take(self, text: str) -> bool:
        token = self._tokens[self._next]
        taken = token.kind in ("word", "mark") and token.text == text
        self._next += taken
        return taken

    def _expect(self, wanted: str) -> _Token:
        token = self._tokens[self._next]
        if wanted not in (token.kind, token.text):
            raise _misplaced(token.position)
        self._next += 1
        return token


def _moment(token: _Token) -> datetime:
    try:
        return datetime.fromisoformat(token.text)
    except ValueError:
        raise _misplaced(token.position) from None
