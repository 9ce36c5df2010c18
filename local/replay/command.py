"""``python -m local replay PATH...``: judge exported logs and print the alerts."""

import argparse
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from local.replay.exports import Found, Malformed, files_below, read_file
from local.replay.replay import Replay
from local.replay.report import alert_lines, print_alerts, print_counts
from shared.domain.apps import App
from shared.domain.display import inert
from shared.policies.loader import load_catalogue
from shared.policies.ruleset import compile_policies
from shared.sources.errors import RecordError
from shared.sources.fields import guid
from shared.sources.inventory import build_apps

_A_TENANT = "8a4de8b5-095c-47d0-a96f-a75130c61d53"
_PIPED_WIDTH = 160
_MOST_NAMED = 20
"""Malformed records that are named on the screen; with --rejects all of them go to a file."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="exported logs: files or folders")
    parser.add_argument("--inventory", type=Path, metavar="PATH", help="exported service principals, apps and grants")
    parser.add_argument("--tenant", metavar="GUID", help="id of the tenant, which tells its own apps from others")
    parser.add_argument("--output", type=Path, metavar="ALERTS.ndjson", help="write the alerts as JSON Lines")
    parser.add_argument("--rejects", type=Path, metavar="FILE", help="write every malformed record's place and reason")


def run(args: argparse.Namespace) -> int:
    """0 after a replay, whatever it found; 2 if a path does not exist or the tenant's id is none."""
    paths: list[Path] = [*args.paths, *([args.inventory] if args.inventory else [])]
    missing = [path for path in paths if not path.exists()]
    if missing:
        print(f"replay: no such file or folder: {missing[0]}", file=sys.stderr)
        return 2
    if args.tenant and guid(args.tenant) is None:
        print(f"replay: --tenant: {args.tenant!r} is no GUID, such as {_A_TENANT}", file=sys.stderr)
        return 2
    console, errors = Console(width=None if sys.stdout.isatty() else _PIPED_WIDTH), Console(stderr=True)
    with tempfile.TemporaryDirectory(prefix="consentry-replay-") as scratch, _Rejects(errors, args.rejects) as rejects:
        replay = Replay(compile_policies(load_catalogue()), Path(scratch), rejects.add)
        if args.inventory:
            replay.know(_inventory(args.inventory, args.tenant, rejects).values())
        _work(errors, replay, files_below(args.paths))
        found = print_alerts(console, replay.journal)
        console.print(f"{found} alert{'' if found == 1 else 's'}.")
        print_counts(console, replay.counts, replay.reasons)
        if args.output:
            with args.output.open("wb") as output:
                output.writelines(alert_lines(replay.journal))
        replay.journal.close()
    return 0


class _Rejects:
    """Names malformed records: the first on the screen, all in a file if there is one, and none silently."""

    def __init__(self, errors: Console, path: Path | None) -> None:
        self._errors = errors
        self._file = path.open("w", encoding="utf-8") if path else None
        self._count = 0

    def __enter__(self) -> "_Rejects":
        return self

    def __exit__(self, *_: object) -> None:
        if self._count > _MOST_NAMED:
            self._errors.print(f"… and {self._count - _MOST_NAMED:,} more; --rejects FILE lists them all.")
        if self._file:
            self._file.close()

    def add(self, malformed: Malformed) -> None:
        self._count += 1
        line = f"{inert(malformed.place)}: {inert(malformed.reason)}"
        if self._file:
            self._file.write(line + "\n")
        if self._count <= _MOST_NAMED:
            self._errors.print(Text(f"skipped {line}", style="yellow"), soft_wrap=True)


def _inventory(path: Path, tenant: str | None, rejects: _Rejects) -> dict[str, App]:
    objects = []
    for file in files_below([path]):
        for read in map(_if_inventory, read_file(file)):
            if isinstance(read, Found):
                objects.append(read.record)
            else:
                rejects.add(read)
    return build_apps(objects, tenant_id=tenant)


def _if_inventory(read: Found | Malformed) -> Found | Malformed:
    """Each object is tried alone first, so that one which cannot be read does not take the others with it."""
    if isinstance(read, Found):
        try:
            build_apps([read.record])
        except RecordError as error:
            return Malformed(read.place, str(error))
    return read


def _work(errors: Console, replay: Replay, files: list[Path]) -> None:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal) as progress:
        reading = progress.add_task("reading records", total=None)
        replay.read(files, lambda number: progress.advance(reading, number))
        judging = progress.add_task("judging events", total=replay.counts.events)
        replay.judge(lambda number: progress.advance(judging, number))
