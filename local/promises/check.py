"""What keeps a promise from being shown: no test, a test that records nothing, no figure, a figure out of bounds."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from local.promises.figures import Key, Recorded
from local.promises.promises import ROOT, Figure, Promise, Theme

FIXTURE = "record_figure"


class BrokenPromises(Exception):
    """``problems`` holds a sentence for each."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def check(themes: Sequence[Theme], values: Mapping[Key, Recorded], root: Path = ROOT) -> None:
    """Raises BrokenPromises."""
    problems = [
        problem for theme in themes for promise in theme.promises for problem in _problems_of(promise, values, root)
    ]
    if problems:
        raise BrokenPromises(problems)


def _problems_of(promise: Promise, values: Mapping[Key, Recorded], root: Path) -> Iterator[str]:
    if not promise.figures:
        yield f"{promise.id} has no figure."
    for figure in promise.figures:
        problem = _problem_of(promise.id, figure, values, root)
        if problem:
            yield f"{promise.id}, {figure.name}: {problem}"


def _problem_of(promise: str, figure: Figure, values: Mapping[Key, Recorded], root: Path) -> str | None:
    key = (promise, figure.name)
    test = root / figure.test
    if figure.most is figure.least is None:
        return "nothing says which values are good."
    if not test.is_file():
        return f"there is no test {figure.test}."
    if key not in _recorded_in(test):
        return f"{figure.test} does not record it."
    if key not in values:
        return "it was never recorded; run make promises."
    if not figure.holds(values[key].value):
        return f"{values[key].value} is recorded; it must be {figure.target}."
    return None


@cache
def _recorded_in(test: Path) -> frozenset[Key]:
    """The figures that a file records, read off its calls of the fixture: promise and name are written out there."""
    found = set()
    for node in ast.walk(ast.parse(test.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(func=ast.Name(id="record_figure"), args=[ast.Constant(str(one)), ast.Constant(str(name)), _]):
                found.add((one, name))
    return frozenset(found)
