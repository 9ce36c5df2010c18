"""How fast ``python -m local replay`` judges an export, and that its memory does not grow with it."""

import subprocess
import sys
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from msgspec import Struct

from local.bench.audit_records import alerts_in, audit_lines
from local.bench.results import Better, Judged, Result

_ROOT = Path(__file__).resolve().parents[2]


class Run(Struct, frozen=True):
    """One replay in a process of its own."""

    seconds: float
    peak_megabytes: float


def measure_replay(records: int) -> list[Result]:
    """Replays so many records, then twice as many: one minute for 100,000. Raises RuntimeError for wrong alerts."""
    with TemporaryDirectory() as folder:
        double = Path(folder) / "double.jsonl"
        with double.open("wb") as lines:
            lines.writelines(audit_lines(2 * records))
        single = double.with_name("single.jsonl")
        with double.open("rb") as source, single.open("wb") as target:
            target.writelines(islice(source, records))
        once, twice = _replayed(single, records), _replayed(double, 2 * records)
    print(
        f"replay: {records:,} records in {once.seconds:.1f} s with {once.peak_megabytes:.0f} MB at most, "
        f"{2 * records:,} in {twice.seconds:.1f} s with {twice.peak_megabytes:.0f} MB."
    )
    return [
        Result(
            name="records replayed, start of the program included",
            figure=records / once.seconds,
            unit="per second",
            aim=10_000,
        ),
        Result(
            name="memory of a replay",
            figure=once.peak_megabytes,
            unit="MB",
            aim=200,
            better=Better.LOWER,
        ),
        Result(
            name="memory of a replay of twice the records",
            figure=twice.peak_megabytes / once.peak_megabytes,
            unit="times",
            aim=1.2,
            better=Better.LOWER,
            judged=Judged.BY_AIM,
        ),
    ]


def _replayed(export: Path, records: int) -> Run:
    alerts, peak = export.with_suffix(".alerts"), export.with_suffix(".peak")
    program = [sys.executable, "-m", "local.bench.peak_memory", str(peak)]
    started = perf_counter()
    subprocess.run(
        [*program, "replay", str(export), "--output", str(alerts)], check=True, stdout=subprocess.DEVNULL, cwd=_ROOT
    )
    seconds = perf_counter() - started
    with alerts.open("rb") as lines:
        found = sum(1 for _ in lines)
    if found != alerts_in(records):
        raise RuntimeError(f"the replay of {records} records raised {found} alerts, not {alerts_in(records)}")
    return Run(seconds, float(peak.read_text(encoding="ascii")))
