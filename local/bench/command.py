"""``python -m local bench``: how fast the parts are here, beside their aims and the figures that are recorded."""

import argparse
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from local.bench.alert_list import measure_alert_list
from local.bench.app_list import measure_app_list
from local.bench.archive import measure_archive
from local.bench.backlog import measure_backlog
from local.bench.engine_speed import measure_engine
from local.bench.inventory import measure_inventory
from local.bench.latency import measure_latency
from local.bench.month import measure_month
from local.bench.pipeline import measure_pipeline
from local.bench.replay_speed import measure_replay
from local.bench.results import Result, as_json, failures, print_results, record, recorded
from local.bench.roll_up import measure_roll_up
from local.bench.simulation import measure_simulation
from local.bench.workload import Workload

_ROOT = Path(__file__).resolve().parents[2]
_WORKLOAD = _ROOT.parent / "shared" / "tools" / "workload.py"
_PIPED_WIDTH = 160

_PARTS: dict[str, Callable[[argparse.Namespace], list[Result]]] = {
    "engine": lambda arguments: measure_engine(Workload(arguments.workload), arguments.apps, arguments.events),
    "pipeline": lambda arguments: measure_pipeline(arguments.records),
    "replay": lambda arguments: measure_replay(arguments.replayed),
    "inventory": lambda arguments: measure_inventory(arguments.principals),
    "list": lambda arguments: measure_alert_list(arguments.alerts),
    "apps": lambda arguments: measure_app_list(arguments.listed),
    "backlog": lambda arguments: measure_backlog(arguments.backlog),
    "latency": lambda arguments: measure_latency(arguments.seconds),
    "archive": lambda arguments: measure_archive(arguments.archived),
    "rollup": lambda arguments: measure_roll_up(arguments.rolled_up),
    "simulation": lambda arguments: measure_simulation(arguments.simulated),
    "month": lambda arguments: measure_month(arguments.month_apps),
}

_COUNTS = (
    ("--backlog", "backlog: how many audits", 30_000),
    ("--seconds", "latency: for how many seconds records come", 30),
    ("--archived", "archive: how many records of each log", 10_000),
    ("--rolled-up", "rollup: how many events of one hour", 50_000),
    ("--simulated", "simulation: how many events of 30 days", 1_000_000),
    ("--month-apps", "month: how many apps the tenant has", 2_000),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--only", choices=_PARTS, help="measure one part")
    parser.add_argument(
        "--workload",
        type=Path,
        default=_WORKLOAD,
        help="engine: the Python file that writes the documents and knows their rules",
    )
    parser.add_argument("--apps", type=int, default=10_000, help="engine: how many apps (default 10000)")
    parser.add_argument("--events", type=int, default=100_000, help="engine: how many events (default 100000)")
    parser.add_argument("--records", type=int, default=20_000, help="pipeline: how many records (default 20000)")
    parser.add_argument("--replayed", type=int, default=100_000, help="replay: how many records (default 100000)")
    parser.add_argument(
        "--principals", type=int, default=10_000, help="inventory: service principals of the largest tenant"
    )
    parser.add_argument("--alerts", type=int, default=100_000, help="list: how many alerts (default 100000)")
    parser.add_argument("--listed", type=int, default=100_000, help="apps: how many listed apps (default 100000)")
    for name, meaning, default in _COUNTS:
        parser.add_argument(name, type=int, default=default, help=f"{meaning} (default {default})")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write the results as JSON too")
    parser.add_argument("--record", metavar="MACHINE", help="record the figures as those of MACHINE")


def run(arguments: argparse.Namespace) -> int:
    """0 where all is good enough, 1 where a figure is not, 2 where the engine is asked for and has no workload."""
    parts = [arguments.only] if arguments.only else list(_PARTS)
    if "engine" in parts and not arguments.workload.is_file():
        print(f"bench: there is no workload at {arguments.workload}; name one with --workload", file=sys.stderr)
        return 2
    results = [result for part in parts for result in _PARTS[part](arguments)]
    known = recorded()
    print_results(Console(width=None if sys.stdout.isatty() else _PIPED_WIDTH), results, known)
    if arguments.output:
        arguments.output.write_bytes(as_json(results))
    if arguments.record:
        record(results, arguments.record, datetime.now(UTC).date())
    failed = failures(results, known.figures)
    for sentence in failed:
        print(f"bench: {sentence}", file=sys.stderr)
    return 1 if failed else 0
