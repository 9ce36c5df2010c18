"""How fast the policy engine is on one core, on the given workload: from bytes to hits."""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from local.bench.engine import Figures, prepare_events
from local.bench.results import Better, Result
from local.bench.workload import Workload

_ROOT = Path(__file__).resolve().parents[2]
MANY = 200
"""As many policies as a tenant may have in force."""
WEIGHT = 5
"""With every event that hits five times, at least one in a hundred pairs of event and rule is a hit."""


def measure_engine(workload: Workload, apps: int, events: int) -> list[Result]:
    """Half a minute for 10,000 apps and 100,000 events. Raises CalledProcessError where hits are wrong."""
    with TemporaryDirectory() as folder:
        of_tenant = _written(workload, "apps", apps, Path(folder))
        of_apps = _measure(workload, "apps", of_tenant)
        by_many = _measure(workload, "apps", of_tenant, MANY)
        documents = _written(workload, "events", events, Path(folder))
        events_by_many = _measure(workload, "events", documents, MANY)
        of_events = _measure(workload, "events", documents)
        weighted = _measure(workload, "events", _weighted(workload, documents))
    _tell("apps", of_apps)
    _tell("apps", by_many)
    _tell("events", events_by_many)
    _tell("events", of_events)
    _tell(f"events, each hit {WEIGHT} times", weighted)
    return [
        Result(
            name="policy evaluations",
            figure=of_apps.documents * of_apps.rules / of_apps.seconds,
            unit="per second",
            aim=2_500_000,
        ),
        Result(
            name=f"policy evaluations, {MANY} policies",
            figure=by_many.documents * by_many.rules / by_many.seconds,
            unit="per second",
            aim=2_500_000,
        ),
        Result(
            name=f"events judged, {MANY} policies",
            figure=events_by_many.documents / events_by_many.seconds,
            unit="per second",
            aim=150_000,
        ),
        Result(name="events judged", figure=of_events.documents / of_events.seconds, unit="per second", aim=150_000),
        Result(
            name=f"events judged, each hit {WEIGHT} times",
            figure=weighted.documents / weighted.seconds,
            unit="per second",
            aim=150_000,
        ),
        Result(
            name="memory of the engine",
            figure=max(figures.peak_megabytes for figures in (of_apps, of_events, weighted, by_many, events_by_many)),
            unit="MB",
            aim=100,
            better=Better.LOWER,
        ),
    ]


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


def _measure(workload: Workload, kind: str, documents: Path, policies: int | None = None) -> Figures:
    command = [sys.executable, "-m", "local.bench.engine", kind, str(workload.path), str(documents)]
    if policies is not None:
        command.append(str(policies))
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=_ROOT)
    return msgspec.json.decode(done.stdout, type=Figures)


def _tell(name: str, figures: Figures) -> None:
    share = 100 * figures.hits / (figures.documents * figures.rules)
    hit = 100 * figures.documents_hit / figures.documents
    print(
        f"{name}: {figures.documents:,} documents of {figures.rules} rules, {share:.2f} % of the pairs and "
        f"{hit:.1f} % of the documents hit; hits of {figures.compared:,} documents equal the interpreter's, "
        f"which takes {figures.times_the_interpreter:.0f} times as long."
    )
