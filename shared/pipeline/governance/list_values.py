"""What a named list may be called, and hold."""

from collections.abc import Sequence
from typing import Final

from shared.pipeline.governance.book_changes import refused
from shared.pipeline.governance.errors import PolicyRefused
from shared.policies.errors import Problem
from shared.policies.lists import (
    LONGEST_VALUE,
    MOST_CHARACTERS,
    MOST_VALUES,
    is_list_name,
    is_plain,
    length_of,
    wrong_member,
)

_MOST_PROBLEMS: Final = 20


def check_name(name: str) -> None:
    """Raises PolicyRefused."""
    if not is_list_name(name):
        raise refused("a name is up to 64 letters and digits and begins with a small letter", "name")


def check_values(name: str, values: Sequence[str]) -> None:
    """Those of the list of this name. Raises PolicyRefused."""
    if len(values) > MOST_VALUES:
        raise refused(f"a list has at most {MOST_VALUES:,} values", "values")
    if length_of(values) > MOST_CHARACTERS:
        raise refused(f"the values of a list have at most {MOST_CHARACTERS:,} characters together", "values")
    problems: list[Problem] = []
    seen: set[str] = set()
    for index, value in enumerate(values):
        text = _wrong(value, seen) or wrong_member(name, value)
        if text:
            problems.append(Problem(text, ("values", index)))
        seen.add(value)
    if problems:
        raise PolicyRefused(problems[:_MOST_PROBLEMS])


def _wrong(value: str, seen: set[str]) -> str | None:
    if not is_plain(value):
        return "write text without spaces around it and without control characters"
    if len(value) > LONGEST_VALUE:
        return f"a value has at most {LONGEST_VALUE} characters"
    return "this value is in the list already" if value in seen else None
