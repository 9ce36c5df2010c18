"""A folder of policy files as callers are told of it: problems with their places, changes with their texts."""

from collections.abc import Iterable
from functools import cache
from typing import Any, Final

from msgspec import Struct

from shared.domain.display import inert
from shared.pipeline.governance.policy_code import Comparison
from shared.pipeline.governance.told_problems import told
from shared.policies import policy_files
from shared.policies.errors import Problem, key_path
from shared.policies.policy_schema import policy_schema

MOST_FILES: Final = policy_files.MOST_FILES
_LONGEST_PLACE: Final = 300
_MOST_PROBLEMS: Final = 500


class ToldFileProblem(Struct, frozen=True, kw_only=True):
    file: str | None
    line: int
    policy_id: str | None
    key: str
    message: str


class ToldChange(Struct, frozen=True, kw_only=True):
    name: str
    subject: str
    change: str
    keys: list[str]
    diff: str
    conflict: str | None
    file: str | None
    line: int
    is_applied: bool


def told_files(problems: Iterable[Problem]) -> list[ToldFileProblem]:
    """The first of them, in text that hides nothing."""
    return [
        ToldFileProblem(
            file=inert(problem.file, _LONGEST_PLACE) if problem.file is not None else None,
            line=problem.line,
            policy_id=problem.policy_id,
            key=inert(key_path(problem.path), _LONGEST_PLACE),
            message=told([problem])[0].message,
        )
        for problem, _ in zip(problems, range(_MOST_PROBLEMS), strict=False)
    ]


def told_changes(made: Comparison) -> list[ToldChange]:
    """None where the folder has problems: then nothing was compared."""
    return [
        ToldChange(
            name=one.name,
            subject=one.subject.value,
            change=one.kind.value,
            keys=list(one.keys),
            diff=one.diff,
            conflict=one.conflict,
            file=one.file,
            line=one.line,
            is_applied=(one.subject, one.name) in made.applied,
        )
        for one in (made.plan.changes if made.plan is not None else ())
    ]


@cache
def schema_of_files() -> dict[str, Any]:
    """The JSON Schema of policy files, made on first use."""
    return policy_schema()
