"""Problems of policies as callers are told them: a place as they wrote it, and a bounded line of text."""

import re
from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from shared.domain.display import inert
from shared.policies.errors import KeyPath, Problem, key_path

MOST_TOLD: Final = 50
_LONGEST_NAME: Final = 80
"""Of what the caller wrote itself: keys, names and values."""
_LONGEST_TEXT: Final = 600
_LONG_WORD: Final = re.compile(rf"\S{{{_LONGEST_NAME + 1},}}")


class ToldProblem(Struct, frozen=True, kw_only=True):
    field: str
    message: str


def told(problems: Iterable[Problem], member: str | None = None) -> list[ToldProblem]:
    """The first of them. ``member`` is the one of the request's body in which the policy stands."""
    head: KeyPath = (member,) if member else ()
    return [
        ToldProblem(field=_place((*head, *problem.path)), message=_text(problem.text))
        for problem, _ in zip(problems, range(MOST_TOLD), strict=False)
    ]


def _place(path: KeyPath) -> str:
    return key_path(tuple(inert(key, _LONGEST_NAME) if isinstance(key, str) else key for key in path))


def _text(text: str) -> str:
    shortened = _LONG_WORD.sub(lambda word: word.group()[:_LONGEST_NAME] + "…", text)
    return inert(" ".join(shortened.split()), _LONGEST_TEXT)
