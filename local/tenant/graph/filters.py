"""What a ``$filter`` asks of a type: refused where the type does not know it, else a predicate."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from local.tenant.graph.filter_conditions import All, AnyElement, Compared, Condition, Either, Not, Path, Value
from local.tenant.graph.filter_syntax import parse_filter
from local.tenant.graph.messages import bad_request, unsupported
from local.tenant.graph.schema import Kind

type Object = dict[str, Any]

_ADVANCED = frozenset({"ne", "not", "endswith"})
_BOOLEANS = frozenset({"accountEnabled", "isAssignableToRole", "isBuiltIn", "securityEnabled"})
_ELEMENT = "any"
_CLAUSES_MOST = 15
"""Joined by ``or``; the values of ``in`` are such clauses too."""


@dataclass(frozen=True, slots=True)
class Filter:
    """A checked filter. ``is_advanced``: the directory answers it only from its eventual index."""

    condition: Condition
    is_advanced: bool

    def matches(self, found: Object) -> bool:
        """Whether the object is what was asked for."""
        return _holds(self.condition, found)

    def bounds(self, name: str) -> tuple[datetime | None, datetime | None]:
        """From and to, both inclusive, that every match of the filter lies in for a property of time."""
        joined = self.condition.conditions if isinstance(self.condition, All) else (self.condition,)
        starts: list[datetime] = []
        ends: list[datetime] = []
        for found in joined:
            if not isinstance(found, Compared) or found.path != (name,):
                continue
            moments = [value for value in found.values if isinstance(value, datetime)]
            starts += moments if found.operator in ("eq", "ge") else ()
            ends += moments if found.operator in ("eq", "le") else ()
        return max(starts, default=None), min(ends, default=None)


def read_filter(text: str, asked: Kind) -> Filter:
    """Parse and check. Raises GraphError: 400 for an unknown property, and for one that is not filterable so."""
    condition = parse_filter(text)
    operators = {operator for path, operator in _uses(condition, asked, ())}
    return Filter(condition, asked.is_directory and bool(operators & _ADVANCED))


def _uses(condition: Condition, asked: Kind, within: Path) -> Iterator[tuple[str, str]]:
    """Each property with what is done to it, checked on the way."""
    match condition:
        case All(conditions) | Either(conditions):
            if isinstance(condition, Either):
                _check_clauses(len(conditions))
            for one in conditions:
                yield from _uses(one, asked, within)
        case Not(negated):
            for path, operator in _uses(negated, asked, within):
                _check_operator(asked, path, "not")
                yield path, operator
            yield "", "not"
        case AnyElement(path, inner):
            _check_known(asked, path[0])
            _check_operator(asked, "/".join(path), _ELEMENT)
            yield from _uses(inner, asked, path)
        case Compared(path, operator, values):
            yield _check_comparison(asked, (*within, *path), operator, values), operator


def _check_comparison(asked: Kind, path: Path, operator: str, values: tuple[Value, ...]) -> str:
    _check_known(asked, path[0])
    name = "/".join(path)
    _check_operator(asked, name, operator)
    _check_clauses(len(values))
    expected: type[Value] = datetime if name.endswith("DateTime") else bool if name in _BOOLEANS else str
    for value in values:
        if value is not None and not isinstance(value, expected):
            raise bad_request(f"Invalid filter clause: incompatible types were detected for property '{name}'.")
    return name


def _check_clauses(count: int) -> None:
    if count > _CLAUSES_MOST:
        raise bad_request(
            "Too many child clauses specified in search filter expression containing 'OR' operators: "
            f"{count}. Max allowed: {_CLAUSES_MOST}."
        )


def _check_known(asked: Kind, name: str) -> None:
    if name not in asked.properties:
        raise bad_request(f"Invalid filter clause: Could not find a property named '{name}' on type '{asked.type}'.")


def _check_operator(asked: Kind, name: str, operator: str) -> None:
    if operator not in asked.filters.get(name, ()):
        raise unsupported(
            f"Unsupported or invalid query filter clause specified for property '{name}' "
            f"of resource '{asked.resource}'."
        )


def _holds(condition: Condition, found: object) -> bool:
    match condition:
        case All(conditions):
            return all(_holds(one, found) for one in conditions)
        case Either(conditions):
            return any(_holds(one, found) for one in conditions)
        case Not(negated):
            return not _holds(negated, found)
        case AnyElement(path, inner):
            elements = _at(found, path)
            return isinstance(elements, list) and any(_holds(inner, element) for element in elements)
        case Compared(path, operator, values):
            return _compares(_at(found, path), operator, values)


def _at(found: object, path: Path) -> object:
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found


def _compares(told: Any, operator: str, values: tuple[Value, ...]) -> bool:
    if operator in ("eq", "in"):
        return any(_same(told, value) for value in values)
    if operator == "ne":
        return not _same(told, values[0])
    left, right = _ordered(told, values[0]), _ordered(values[0], values[0])
    # Nothing is before or after null.
    return left is not None and right is not None and bool(_ORDERS[operator](left, right))


def _same(told: object, value: Value) -> bool:
    return bool(_ordered(told, value) == _ordered(value, value))


def _ordered(told: object, like: Value) -> Any:
    """Text without case, as the directory compares it, and moments as such."""
    if isinstance(told, str):
        return datetime.fromisoformat(told) if isinstance(like, datetime) else told.casefold()
    return told


_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "ge": lambda left, right: left >= right,
    "le": lambda left, right: left <= right,
    "startswith": str.startswith,
    "endswith": str.endswith,
}
