"""A folder of policy files as the API takes and gives it."""

from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import Field, RootModel, StringConstraints

from functions.models.policy_edits import Why
from functions.models.shapes import Body, Sent, ShortText
from shared.pipeline.governance.policy_code import Comparison
from shared.pipeline.governance.told_folders import MOST_FILES, ToldFileProblem, told_changes, told_files


class PolicyFileBody(Body):
    """``name`` stands in problems; it is that of the file below its folder."""

    name: ShortText
    text: Annotated[str, StringConstraints(max_length=262_144)]


class PolicyFolderBody(Body):
    """A folder of files. ``validate`` checks it, ``diff`` tells what applying it would change, ``apply`` changes it.

    ``prune`` deletes what came from a folder and is in this one no longer. ``force`` overwrites what people changed.
    """

    files: Annotated[list[PolicyFileBody], Field(min_length=1, max_length=MOST_FILES)]
    mode: Literal["validate", "diff", "apply"]
    prune: bool = False
    force: bool = False
    reason: Why = None


class PolicyFileResource(Sent):
    name: str
    text: str


class FileProblemResource(Sent):
    """``key`` is the path of keys from the policy on, such as ``when.all[2].app.age``."""

    file: str | None
    line: int
    policy_id: str | None
    key: str
    message: str


class PlannedChangeResource(Sent):
    """``conflict`` says who changed it since it was last applied: only force overwrites that."""

    name: str
    subject: Literal["policy", "tuning", "list"]
    change: Literal["created", "updated", "unchanged", "deleted"]
    keys: list[str]
    diff: str
    conflict: str | None
    file: str | None
    line: int
    is_applied: bool


class PolicyFolderResource(Sent):
    """``changes`` are empty where there are problems, and where nothing was compared."""

    policies: int
    tests: int
    problems: list[FileProblemResource]
    changes: list[PlannedChangeResource]


class PolicyExportResource(Sent):
    """``problems`` name what no file can say; it is left out."""

    files: list[PolicyFileResource]
    problems: list[FileProblemResource]


class PolicySchemaResource(RootModel[dict[str, Any]], Sent):
    """A JSON Schema, draft 2020-12."""


def folder_resource(made: Comparison, *, with_changes: bool) -> PolicyFolderResource:
    return PolicyFolderResource(
        policies=len(made.folder.policies),
        tests=made.folder.tests,
        problems=file_problems(told_files(made.folder.problems)),
        changes=[PlannedChangeResource.model_validate(one) for one in told_changes(made)] if with_changes else [],
    )


def file_problems(problems: Iterable[ToldFileProblem]) -> list[FileProblemResource]:
    return [FileProblemResource.model_validate(one) for one in problems]
