"""``python -m local policies validate|diff|apply``: policies as code, for people and for a pipeline."""

import argparse
import json
import os
import sys
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

from local.policies.files import read_files
from local.policies.problem_lines import annotation_of, json_of, line_of, shown
from local.policies.service import PolicyService, ServiceError, needs_token, problems_in
from shared.policies.errors import Problem
from shared.policies.lists import load_lists
from shared.policies.policy_entries import load_bundled
from shared.policies.policy_files import MOST_FILES, PolicyFolder, Surroundings, read_folder

_TOKEN = "CONSENTRY_TOKEN"  # noqa: S105 -- the name of a variable, not a secret

type Files = list[tuple[str, str]]


def add_code_arguments(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the three actions."""
    validate = actions.add_parser("validate", help="check a folder of policies, tunings and lists, and run its tests")
    diff = actions.add_parser("diff", help="tell what applying a folder would change in a service")
    apply = actions.add_parser("apply", help="apply a folder to a service")
    for parser in (validate, diff, apply):
        parser.add_argument("path", type=Path, help="file or folder")
        parser.add_argument("--json", action="store_true", help="write one JSON document to standard output")
        parser.add_argument("--github", action="store_true", help="write problems as annotations of GitHub Actions")
    for parser in (diff, apply):
        parser.add_argument("--service", required=True, metavar="URL", help="address of the service")
        parser.add_argument("--token", help=f"bearer token; better in the variable {_TOKEN}, which no other user sees")
        parser.add_argument("--client-id", metavar="GUID", help="API_CLIENT_ID of the service: a token by az login")
        parser.add_argument(
            "--prune", action="store_true", help="delete what came from a folder and is in it no longer"
        )
    apply.add_argument("--force", action="store_true", help="overwrite what people changed since it was last applied")
    apply.add_argument("--reason", help="stands in the history of each policy")


def run_code(args: argparse.Namespace) -> int:
    """0 where all is well, 1 for problems, differences (diff) or conflicts (apply), 2 for a wrong call."""
    if not args.path.exists():
        return _refused(f"{args.path}: no such file or folder")
    files, unread = _read(args.path)
    bundled = {one.policy.id: one.policy for one in load_bundled()}
    folder = read_folder(files, Surroundings(bundled=bundled, lists=load_lists()))
    try:
        if args.action == "validate":
            return _told(args, [*unread, *folder.problems], None, _summed_up(folder))
        # The service knows lists and routes that are not in the folder: what is wrong there, it says.
        if unread:
            return _told(args, unread, None, "")
        return _compare(args, files) if args.action == "diff" else _apply(args, files)
    except ServiceError as error:
        for problem in error.problems:
            print(shown(problem), file=sys.stderr)
        return 1 if error.problems else _refused(str(error))


def _compare(args: argparse.Namespace, files: Files) -> int:
    answer, _ = _service(args).send(_folder(args, files, "diff"))
    status = _told(args, problems_in(answer), answer, "")
    return 1 if any(each["change"] != "unchanged" for each in answer["changes"]) else status


def _apply(args: argparse.Namespace, files: Files) -> int:
    """Compares first: what is applied rests on what was compared."""
    service = _service(args)
    compared, etag = service.send(_folder(args, files, "diff"))
    if compared["problems"]:
        return _told(args, problems_in(compared), compared, "")
    more = {"force": args.force, **({"reason": args.reason} if args.reason else {})}
    answer, _ = service.send({**_folder(args, files, "apply"), **more}, etag)
    _told(args, [], answer, "")
    left = [each for each in answer["changes"] if each["change"] != "unchanged" and not each["isApplied"]]
    return 1 if left else 0


def _folder(args: argparse.Namespace, files: Files, mode: str) -> dict[str, Any]:
    return {"files": [{"name": name, "text": text} for name, text in files], "mode": mode, "prune": args.prune}


def _service(args: argparse.Namespace) -> PolicyService:
    token = args.token or os.environ.get(_TOKEN) or (_token_of_login(args.client_id) if args.client_id else None)
    if not token and needs_token(args.service):
        raise ServiceError(f"give a token in {_TOKEN}, or --client-id to take that of az login")
    return PolicyService(args.service, token or None)


def _token_of_login(client_id: str) -> str:
    """Raises ServiceError."""
    from azure.core.exceptions import ClientAuthenticationError
    from azure.identity import AzureCliCredential

    try:
        token: str = AzureCliCredential().get_token(f"{client_id}/.default").token
    except ClientAuthenticationError as error:
        raise ServiceError(f"az login gives no token: {error.message}") from None
    except ValueError:
        raise ServiceError("--client-id is a GUID") from None
    return token


def _read(path: Path) -> tuple[Files, list[Problem]]:
    """One more than a folder may hold, so that this is told."""
    files: Files = []
    problems: list[Problem] = []
    for name, text in islice(read_files(path), MOST_FILES + 1):
        if isinstance(text, Problem):
            problems.append(text)
        else:
            files.append((name, text))
    return files, problems


def _told(args: argparse.Namespace, problems: list[Problem], answer: dict[str, Any] | None, summary: str) -> int:
    """Problems go to standard error for people, to standard output for programs."""
    changes = answer["changes"] if answer is not None else []
    if args.json:
        print(json.dumps({"problems": list(map(json_of, problems)), "changes": changes}, indent=2, ensure_ascii=False))
    else:
        show: Callable[[Problem], str] = annotation_of if args.github else line_of
        for problem in problems:
            print(show(problem), file=sys.stdout if args.github else sys.stderr)
        for change in changes:
            _print_change(change)
        if summary and not problems:
            print(summary)
    return 1 if problems else 0


def _print_change(change: dict[str, Any]) -> None:
    if change["change"] == "unchanged":
        return
    conflict = f": left alone, {change['conflict']}" if change["conflict"] and not change["isApplied"] else ""
    applied = ", applied" if change["isApplied"] else ""
    print(shown(f"{change['change']} {change['subject']} {change['name']}{applied}{conflict}"))
    for line in change["diff"].splitlines():
        print(shown(f"  {line}"))


def _summed_up(folder: PolicyFolder) -> str:
    tunings = sum(one.is_tuning for one in folder.policies)
    counts = f"{len(folder.policies) - tunings} policies, {tunings} tunings, {len(folder.lists)} lists"
    return f"{counts}, {folder.tests} tests: no problems"


def _refused(text: str) -> int:
    print(shown(f"policies: {text}"), file=sys.stderr)
    return 2
