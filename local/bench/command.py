"""``python -m local bench``: the speed of the policy engine on one core, beside the recorded figures."""

import argparse
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from local.bench.engine import Figures, prepare_events
from local.bench.workload import Workload

_ROOT = Path(__file__).resolve().parents[2]
WEIGHT = 5
"""With every event that hits five times, at least one in a hundred pairs of event and rule is a hit."""

SLOWEST = 0.5
"""Below this share of the recorded speed the command fails; the machine's own noise stays well above it."""


class Recorded(msgspec.Struct, rename="camel"):
    """What was measured when the figures were last recorded."""

    machine: str
    policy_evaluations_per_second: int
    events_per_second: int
    peak_megabytes: int


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--workload",
        type=Path,
        default=_ROOT.parent / "shared" / "tools" / "workload.py",
        help="the Python file that writes the documents and knows their rules",
    )
    parser.add_argument("--apps", type=int, default=10_000, help="how many apps (default 10000)")
    parser.add_argument("--events", type=int, default=100_000, help="how many events (default 100000)")


def run(arguments: argparse.Namespace) -> int:
    """Returns 1 if a half is slower than half of what is recorded, 2 if there is no workload."""
    if not arguments.workload.is_file():
        print(f"There is no workload at {arguments.workload}. Name one with --workload.", file=sys.stderr)
        return 2
    recorded = msgspec.json.decode((files("local.bench") / "recorded.json").read_bytes(), type=Recorded)
    workload = Workload(arguments.workload)
    with TemporaryDirectory() as folder:
        apps = _measure(workload, "apps", _written(workload, "apps", arguments.apps, Path(folder)))
        documents = _written(workload, "events", arguments.events, Path(folder))
        events = _measure(workload, "events", documents)
        weighted = _measure(workload, "events", _weighted(workload, documents))
    print(f"Recorded on: {recorded.machine}. All on one core, from bytes to hits.")
    evaluations = apps.documents * apps.rules / apps.seconds
    known = recorded.events_per_second
    enough = [
        _report("apps", "policy evaluations/s", evaluations, recorded.policy_evaluations_per_second, apps),
        _report("events", "events/s", events.documents / events.seconds, known, events),
        _report(f"events, each hit {WEIGHT} times", "events/s", weighted.documents / weighted.seconds, known, weighted),
    ]
    return 0 if all(enough) else 1


def _written(workload: Workload, kind: str, count: int, folder: Path) -> Path:
    documents = folder / f"{kind}.jsonl"
    workload.write(kind, count, documents)
    return documents


def _weighted(workload: Workload, documents: Path) -> Path:
    """The same events, those that a rule fires on written five times over: shows what hits cost."""
    judge = prepare_events(workload).compiled
    weighted = documents.with_name("weighted.jsonl")
    with documents.open("rb") as lines, weighted.open("wb") as target:
        for line in lines:
            target.write(line * WEIGHT if judge(line) else line)
    return weighted


def _measure(workload: Workload, kind: str, documents: Path) -> Figures:
    command = [sys.executable, "-m", "local.bench.engine", kind, str(workload.path), str(documents)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=_ROOT)
    return msgspec.json.decode(done.stdout, type=Figures)


def _report(name: str, unit: str, speed: float, recorded: int, figures: Figures) -> bool:
    share = 100 * figures.hits / (figures.documents * figures.rules)
    hit = 100 * figures.documents_hit / figures.documents
    print(
        f"{name}: {speed:,.0f} {unit} (recorded {recorded:,}), {figures.times_the_interpreter:.0f} times the "
        f"interpreter; {figures.documents:,} documents of {figures.rules} rules, {share:.2f} % of the pairs and "
        f"{hit:.1f} % of the documents hit; hits of {figures.compared:,} documents equal the interpreter's; "
        f"peak {figures.peak_megabytes:.0f} MB."
    )
    return speed >= SLOWEST * recorded
