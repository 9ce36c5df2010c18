"""``python -m local policies sigma``: what community rules in Sigma's form become here, and which are refused."""

import sys
from collections.abc import Iterator
from pathlib import Path

from local.policies.files import read_files
from local.policies.problem_lines import line_of, shown
from shared.domain.policy_book import PolicyBody
from shared.policies.errors import Problem
from shared.policies.policy_yaml import policy_text
from shared.policies.sigma import converted


def convert_files(path: Path, output: Path | None) -> int:
    """Tells of every rule of the file or folder; with ``output`` writes each policy to a file called by its id.

    0 where all are converted, 1 where some are refused, 2 where there is nothing to read.
    """
    if not path.exists():
        print(f"policies: {path}: no such file or folder", file=sys.stderr)
        return 2
    policies: dict[str, PolicyBody] = {}
    refused: list[Problem] = []
    for name, text in _texts(path, refused):
        found, problems = converted(name, text)
        refused += problems
        for policy in found:
            policies[policy["id"]] = policy
            print(shown(f"{name}: {policy['title']}: {policy['id']}"))
    if output is not None:
        _write(policies, output)
    for problem in refused:
        print(line_of(problem), file=sys.stderr)
    print(f"{len(policies)} converted, {len(refused)} refused")
    return 1 if refused else 0


def _texts(path: Path, unread: list[Problem]) -> Iterator[tuple[str, str]]:
    for name, text in read_files(path):
        if isinstance(text, Problem):
            unread.append(text)
        else:
            yield name, text


def _write(policies: dict[str, PolicyBody], output: Path) -> None:
    """An id is letters, digits and hyphens: a file's name that leads nowhere else."""
    output.mkdir(parents=True, exist_ok=True)
    for policy_id, policy in policies.items():
        (output / f"{policy_id}.yaml").write_text(policy_text(policy_id, policy), encoding="utf-8")
