"""Constraints of route parameters: ``guid``, ``int``, ``minlength(3)`` and their like."""

import re
from collections.abc import Callable

type Constraint = Callable[[str], bool]

_HEX = "[0-9a-f]"
_DASHED = f"{_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}}"
_INT_MAX = 2**31 - 1
_LONG_MAX = 2**63 - 1

_NUMBER = re.compile(r"[+-]?[0-9]{1,19}")
_WRITTEN = re.compile(r"(\w+)(?:\(([-\d, ]+)\))?")


def _matches(pattern: str) -> Constraint:
    compiled = re.compile(pattern, re.IGNORECASE)
    return lambda value: compiled.fullmatch(value) is not None


def _number(least: int, most: int) -> Constraint:
    return lambda value: _NUMBER.fullmatch(value) is not None and least <= int(value) <= most


def _length(least: int, most: int) -> Constraint:
    return lambda value: least <= len(value) <= most


# By name and number of arguments.
_KINDS: dict[tuple[str, int], Callable[..., Constraint]] = {
    ("alpha", 0): lambda: _matches("[a-z]*"),
    ("bool", 0): lambda: _matches("true|false"),
    # As Guid.TryParse takes it: without dashes, with them, and in braces or parentheses.
    ("guid", 0): lambda: _matches(rf"{_HEX}{{32}}|{_DASHED}|\{{{_DASHED}\}}|\({_DASHED}\)"),
    ("int", 0): lambda: _number(-_INT_MAX - 1, _INT_MAX),
    ("long", 0): lambda: _number(-_LONG_MAX - 1, _LONG_MAX),
    ("min", 1): lambda least: _number(least, _LONG_MAX),
    ("max", 1): lambda most: _number(-_LONG_MAX - 1, most),
    ("range", 2): _number,
    ("length", 1): lambda size: _length(size, size),
    ("length", 2): _length,
    ("minlength", 1): lambda least: _length(least, _INT_MAX),
    ("maxlength", 1): lambda most: _length(0, most),
}


def parse_constraint(text: str) -> Constraint:
    """Read one constraint. Raises ValueError for one that is not served here."""
    written = _WRITTEN.fullmatch(text.strip())
    if written is not None:
        numbers = [int(number) for number in written[2].split(",")] if written[2] else []
        kind = _KINDS.get((written[1].lower(), len(numbers)))
        if kind is not None:
            return kind(*numbers)
    raise ValueError(f"the constraint {text!r} is not served here")
