"""``python -m local policies``: check policy files, or list the bundled ones."""

import argparse
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Column, Table

from local.policies.check import check_folder
from local.policies.files import CATALOGUE
from local.records.forms import FORMS
from shared.policies.errors import Problem, key_path
from shared.policies.loader import load_catalogue


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    check = actions.add_parser("check", help="check policies and run their tests, also on records of every form")
    check.add_argument("path", type=Path, nargs="?", default=CATALOGUE, help="file or folder (default: the catalogue)")
    actions.add_parser("list", help="list the bundled policies and detections")


def run(args: argparse.Namespace) -> int:
    """0 where all is well, 1 with a problem on each line of standard error."""
    return _list() if args.action == "list" else _check(args.path)


def _check(path: Path) -> int:
    if not path.exists():
        print(f"policies: {path}: no such file or folder", file=sys.stderr)
        return 1
    report = check_folder(path)
    for problem in report.problems:
        print(_shown(problem), file=sys.stderr)
    if report.problems:
        return 1
    tests = sum(len(policy.tests) for policy in report.policies)
    print(f"{len(report.policies)} policies, {tests} tests, each in {len(FORMS)} forms of records: no problems")
    return 0


def _shown(problem: Problem) -> str:
    """``file:line: policy: text``, which editors can jump to."""
    subject = " ".join(part for part in (problem.policy_id, key_path(problem.path)) if part)
    return ": ".join(part for part in (f"{problem.file}:{problem.line}", subject, problem.text) if part)


def _list() -> int:
    table = Table(Column("id", no_wrap=True), "kind", "severity", "title", box=None, pad_edge=False)
    for policy in load_catalogue():
        table.add_row(policy.id, policy.kind, policy.alert.severity, policy.alert_title)
    Console().print(table)
    return 0
