"""Every check of every policy file in a folder."""

from dataclasses import dataclass
from pathlib import Path

from local.policies.files import read_files
from local.policies.record_checks import record_problems
from shared.policies.checks import check_texts
from shared.policies.errors import PolicyError, Problem
from shared.policies.lists import load_lists
from shared.policies.loader import load_with_lines
from shared.policies.model import Policy


@dataclass(frozen=True, slots=True)
class Report:
    """What was checked, and what is wrong with it, in the order of files and lines."""

    policies: tuple[Policy, ...]
    problems: tuple[Problem, ...]


def check_folder(path: Path) -> Report:
    """Checks the file, or every policy file below the folder."""
    texts, problems = _read(path)
    problems += check_texts(texts)
    lists = load_lists()
    policies: list[Policy] = []
    for name, text in texts:
        try:
            loaded = load_with_lines(text, name, lists=lists)
        except PolicyError:
            continue  # among the problems already
        for policy, line in loaded:
            policies.append(policy)
            problems += (Problem(found, (), policy.id, name, line) for found in record_problems(policy, lists))
    return Report(tuple(policies), tuple(sorted(problems, key=lambda one: (one.file or "", one.line))))


def _read(path: Path) -> tuple[list[tuple[str, str]], list[Problem]]:
    """Names and texts, and a problem for each file that has none."""
    texts: list[tuple[str, str]] = []
    problems: list[Problem] = []
    for name, text in read_files(path):
        if isinstance(text, Problem):
            problems.append(text)
        else:
            texts.append((name, text))
    return texts, problems
