"""Named lists as a folder of policy files says them."""

from dataclasses import replace
from typing import Final

from shared.domain.policy_book import NamedList
from shared.policies.documents import Document
from shared.policies.errors import KeyPath, PolicyError, Problem
from shared.policies.lists import (
    LONGEST_DESCRIPTION,
    LONGEST_VALUE,
    MOST_CHARACTERS,
    MOST_VALUES,
    is_list_name,
    is_plain,
    length_of,
    names_of_the_product,
    wrong_member,
)

LISTS: Final = "lists"
_SHAPE: Final = "write NAME: [TEXT, …] or NAME: {description: TEXT, values: [TEXT, …]}"


def read_lists(value: dict[str, object], document: Document, file: str) -> tuple[list[NamedList], list[Problem]]:
    """The lists of the file that are sound, and the problems of the others. ``value`` is the file as a whole."""
    problems = [
        Problem(f"unknown key {key:.80}; a file of lists has no other key than {LISTS}", (key,))
        for key in value
        if key != LISTS
    ]
    given = value[LISTS]
    if not isinstance(given, dict) or not given:
        problems.append(Problem(_SHAPE, (LISTS,)))
        given = {}
    found: list[NamedList] = []
    for name, raw in given.items():
        path: KeyPath = (LISTS, name)
        try:
            if name in names_of_the_product():
                raise _refused(path, "the product has a list of this name; choose another")
            found.append(_list(name, raw, path))
        except PolicyError as error:
            problems.extend(error.problems)
    return found, [replace(one, file=file, line=document.line(one.path)) for one in problems]


def _list(name: str, raw: object, path: KeyPath) -> NamedList:
    if not is_list_name(name):
        raise _refused(path, "the name of a list is letters and digits, and begins with a small letter")
    description: object = ""
    values = raw
    if isinstance(raw, dict):
        for key in raw.keys() - {"description", "values"}:
            raise _refused((*path, key), f"unknown key {key:.80}; {_SHAPE}")
        description, values = raw.get("description", ""), raw.get("values")
        path = (*path, "values")
    if not isinstance(description, str) or len(description) > LONGEST_DESCRIPTION:
        raise _refused((*path[:2], "description"), f"the description is at most {LONGEST_DESCRIPTION} characters")
    found = _values(values, path)
    for index, value in enumerate(found):
        wrong = wrong_member(name, value)
        if wrong:
            raise _refused((*path, index), wrong)
    return NamedList(name=name, values=found, description=description)


def _values(raw: object, path: KeyPath) -> tuple[str, ...]:
    """An empty list is one: nothing is in it."""
    if not isinstance(raw, list):
        raise _refused(path, _SHAPE)
    if len(raw) > MOST_VALUES:
        raise _refused(path, f"a list holds at most {MOST_VALUES} values")
    seen: set[str] = set()
    for index, value in enumerate(raw):
        if not isinstance(value, str) or not is_plain(value) or len(value) > LONGEST_VALUE:
            text = f"a value is one line of 1 to {LONGEST_VALUE} visible characters; put it in quotation marks"
            raise _refused((*path, index), text)
        if value in seen:
            raise _refused((*path, index), "the value is given twice")
        seen.add(value)
    if length_of(seen) > MOST_CHARACTERS:
        raise _refused(path, f"the values of a list have at most {MOST_CHARACTERS:,} characters together")
    return tuple(raw)


def _refused(path: KeyPath, text: str) -> PolicyError:
    return PolicyError(Problem(text, path))
