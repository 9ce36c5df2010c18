"""``python -m local policies``: check policy files, keep a service's policies as code, or list the bundled ones."""

import argparse
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Column, Table

from local.policies.check import check_folder
from local.policies.code import add_code_arguments, run_code
from local.policies.files import CATALOGUE
from local.policies.problem_lines import line_of
from local.policies.sigma import convert_files
from local.records.forms import FORMS
from shared.policies.loader import load_catalogue


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    check = actions.add_parser("check", help="check policies and run their tests, also on records of every form")
    check.add_argument("path", type=Path, nargs="?", default=CATALOGUE, help="file or folder (default: the catalogue)")
    actions.add_parser("list", help="list the bundled policies and detections")
    add_code_arguments(actions)
    sigma = actions.add_parser("sigma", help="convert community rules in Sigma's form, and tell which are refused")
    sigma.add_argument("path", type=Path, help="file or folder")
    sigma.add_argument("--output", type=Path, metavar="DIR", help="write each policy to a file of this folder")


def run(args: argparse.Namespace) -> int:
    """0 where all is well, 1 with a problem on each line of standard error, 2 for a wrong call."""
    if args.action in ("validate", "diff", "apply"):
        return run_code(args)
    if args.action == "sigma":
        return convert_files(args.path, args.output)
    return _list() if args.action == "list" else _check(args.path)


def _check(path: Path) -> int:
    if not path.exists():
        print(f"policies: {path}: no such file or folder", file=sys.stderr)
        return 1
    report = check_folder(path)
    for problem in report.problems:
        print(line_of(problem), file=sys.stderr)
    if report.problems:
        return 1
    tests = sum(len(policy.tests) for policy in report.policies)
    print(f"{len(report.policies)} policies, {tests} tests, each in {len(FORMS)} forms of records: no problems")
    return 0


def _list() -> int:
    table = Table(Column("id", no_wrap=True), "kind", "severity", "title", box=None, pad_edge=False)
    for policy in load_catalogue():
        table.add_row(policy.id, policy.kind, policy.alert.severity, policy.alert_title)
    Console().print(table)
    return 0
