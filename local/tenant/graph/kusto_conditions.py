"""Conditions of Kusto's query language, compiled to functions of a row, and the tokens of a query."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from local.tenant.directory.collections import Object

type Value = Callable[[Object], Any]

_TOKEN = re.compile(
    r"""\s*(?:(?P<time>datetime\([^)]*\))|(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?P<number>\d+)
    |(?P<name>[A-Za-z_]\w*)|(?P<sign>\.\.|!in~|!in\b|==|!=|=~|<=|>=|[<>(),|*]))""",
    re.VERBOSE,
)
_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,7}))?Z")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class KustoError(Exception):
    """A query that is not answered; the message is the service's."""


class _Moment(int):
    """A time in ticks of a hundred nanoseconds, which is as fine as Kusto keeps it."""


class Reader:
    """The tokens of a query, from left to right."""

    def __init__(self, query: str) -> None:
        self.left: list[tuple[str, str]] = []
        at, query = 0, query.strip()
        while at < len(query):
            found = _TOKEN.match(query, at)
            if found is None or found.lastgroup is None:
                raise KustoError(f"A recognition error occurred at position {at}")
            self.left.append((found.lastgroup, found[found.lastgroup]))
            at = found.end()
        self.left.reverse()

    def takes(self, token: str) -> bool:
        if self.left and self.left[-1][0] in {"name", "sign"} and self.left[-1][1] == token:
            self.left.pop()
            return True
        return False

    def expect(self, token: str) -> None:
        if not self.takes(token):
            raise KustoError(f"A recognition error occurred: '{token}' expected")

    def next(self, kind: str) -> str:
        if not self.left or self.left[-1][0] != kind:
            raise KustoError(f"A recognition error occurred: {kind} expected")
        return self.left.pop()[1]

    def name(self) -> str:
        return self.next("name")

    def names(self) -> list[str]:
        found = [self.name()]
        while self.takes(","):
            found.append(self.name())
        return found


def condition_of(reader: Reader) -> Value:
    """What a row must fulfil. Raises KustoError, also when a row is looked at that cannot be compared."""
    parts = [_both(reader)]
    while reader.takes("or"):
        parts.append(_both(reader))
    return lambda row: any(part(row) for part in parts)


def _both(reader: Reader) -> Value:
    parts = [_condition(reader)]
    while reader.takes("and"):
        parts.append(_condition(reader))
    return lambda row: all(part(row) for part in parts)


def _condition(reader: Reader) -> Value:
    if reader.takes("not"):
        inner = _condition(reader)
        return lambda row: not inner(row)
    if reader.takes("("):
        inner = condition_of(reader)
        reader.expect(")")
        return inner
    return _compared(reader, _operand(reader))


def _compared(reader: Reader, left: Value) -> Value:
    for sign, compare in _COMPARISONS.items():
        if reader.takes(sign):
            right = _operand(reader)
            return lambda row: compare(*_alike(left(row), right(row)))
    for sign, is_wanted, fold in (("in", True, False), ("!in", False, False), ("!in~", False, True)):
        if reader.takes(sign):
            return _among(left, _listed(reader), fold=fold, is_wanted=is_wanted)
    if reader.takes("between"):
        reader.expect("(")
        low = _operand(reader)
        reader.expect("..")
        high = _operand(reader)
        reader.expect(")")
        return lambda row: _at_most(low(row), left(row)) and _at_most(left(row), high(row))
    return lambda row: bool(left(row))


def _listed(reader: Reader) -> list[Value]:
    reader.expect("(")
    values = [_operand(reader)]
    while reader.takes(","):
        values.append(_operand(reader))
    reader.expect(")")
    return values


def _among(left: Value, values: Sequence[Value], *, fold: bool, is_wanted: bool) -> Value:
    def folded(value: Any) -> Any:
        return value.lower() if fold and isinstance(value, str) else value

    return lambda row: (folded(left(row)) in [folded(value(row)) for value in values]) is is_wanted


def _operand(reader: Reader) -> Value:
    if not reader.left:
        raise KustoError("A recognition error occurred at the end")
    kind, token = reader.left.pop()
    if kind == "time":
        moment = _moment(token[len("datetime(") : -1])
        return lambda _: moment
    if kind == "number":
        return lambda _: int(token)
    if kind == "text":
        text = re.sub(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)", _unescaped, token[1:-1])
        return lambda _: text
    if kind == "name" and reader.takes("("):
        return _function(reader, token)
    if kind == "name":
        return lambda row: row.get(token)
    raise KustoError(f"A recognition error occurred near '{token}'")


def _function(reader: Reader, name: str) -> Value:
    values = [_operand(reader)]
    while reader.takes(","):
        values.append(_operand(reader))
    reader.expect(")")
    if name == "strcmp" and len(values) == 2:
        return lambda row: (str(values[0](row)) > str(values[1](row))) - (str(values[0](row)) < str(values[1](row)))
    if name == "isnotempty" and len(values) == 1:
        return lambda row: values[0](row) not in (None, "")
    raise KustoError(f"Unknown function: '{name}'")


def _unescaped(found: re.Match[str]) -> str:
    code = found[1]
    return chr(int(code[1:], 16)) if code[0] in "uU" and len(code) > 1 else code


def _moment(text: str) -> _Moment:
    found = _TIME.fullmatch(text)
    if found is None:
        raise KustoError(f"'{text}' is not a datetime")
    seconds = (datetime.fromisoformat(f"{found[1]}+00:00") - _EPOCH).total_seconds()
    return _Moment(int(seconds) * 10**7 + int((found[2] or "").ljust(7, "0")))


def _alike(left: Any, right: Any) -> tuple[Any, Any]:
    """Texts that are compared with times are times."""
    if isinstance(right, _Moment) and isinstance(left, str):
        return _moment(left), right
    if isinstance(left, _Moment) and isinstance(right, str):
        return left, _moment(right)
    return left, right


def _at_most(left: Any, right: Any) -> bool:
    return _ordered(*_alike(left, right), lambda low, high: low <= high)


def _ordered(left: Any, right: Any, compare: Callable[[Any, Any], bool]) -> bool:
    """Null compares with nothing. Texts have no order here."""
    is_number = isinstance(left, int | float) and isinstance(right, int | float)
    if left is not None and right is not None and not is_number:
        raise KustoError("Cannot compare values of types string and string. Try adding explicit casts")
    return is_number and compare(left, right)


def _has(left: Any, right: Any) -> bool:
    return re.search(rf"(?<![^\W_]){re.escape(str(right))}(?![^\W_])", str(left or ""), re.IGNORECASE) is not None


_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "==": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    "=~": lambda left, right: str(left).lower() == str(right).lower(),
    "<": lambda left, right: _ordered(left, right, lambda low, high: low < high),
    "<=": lambda left, right: _ordered(left, right, lambda low, high: low <= high),
    ">": lambda left, right: _ordered(left, right, lambda low, high: low > high),
    ">=": lambda left, right: _ordered(left, right, lambda low, high: low >= high),
    "has": _has,
}


def place(value: Any) -> tuple[int, Any]:
    """Where a value stands in an order: null comes first, texts that are times go by time, others by characters."""
    if value is None:
        return (0, 0)
    if isinstance(value, str):
        return (2, _moment(value)) if _TIME.fullmatch(value) else (3, value)
    return (1, value)
