"""What a named list may be called, and hold."""

import re
from collections.abc import Sequence
from typing import Final

from shared.pipeline.governance.book_changes import refused
from shared.pipeline.governance.errors import PolicyRefused
from shared.policies.errors import Problem

_NAME: Final = re.compile(r"[a-z][A-Za-z0-9]{0,63}")
_MOST_VALUES: Final = 2_000
_LONGEST_VALUE: Final = 256
_MOST_CHARACTERS: Final = 200_000
"""Of all values together: a list is one row."""
_MOST_PROBLEMS: Final = 20


def check_name(name: str) -> None:
    """Raises PolicyRefused."""
    if not _NAME.fullmatch(name):
        raise refused("a name is up to 64 letters and digits and begins with a small letter", "name")


def check_values(values: Sequence[str]) -> None:
    """Raises PolicyRefused."""
    if len(values) > _MOST_VALUES:
        raise refused(f"a list has at most {_MOST_VALUES:,} values", "values")
    if sum(map(len, values)) > _MOST_CHARACTERS:
        raise refused(f"the values of a list have at most {_MOST_CHARACTERS:,} characters together", "values")
    problems: list[Problem] = []
    seen: set[str] = set()
    for index, value in enumerate(values):
        text = _wrong(value, seen)
        if text:
            problems.append(Problem(text, ("values", index)))
        seen.add(value)
    if problems:
        raise PolicyRefused(problems[:_MOST_PROBLEMS])


def _wrong(value: str, seen: set[str]) -> str | None:
    if not value or value != value.strip() or not value.isprintable():
        return "write text without spaces around it and without control characters"
    if len(value) > _LONGEST_VALUE:
        return f"a value has at most {_LONGEST_VALUE} characters"
    return "this value is in the list already" if value in seen else None
