"""What was measured, beside its aims and what was recorded before, and whether it is good enough."""

import math
from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

_RECORDED = Path(__file__).with_name("recorded.json")
SLOWEST = 0.5
"""Below this share of the recorded figure the command fails; the machine's own noise stays well above it."""


class Better(StrEnum):
    HIGHER = "higher"
    LOWER = "lower"


class Judged(StrEnum):
    """What makes a figure a failure."""

    BY_AIM = "aim"
    """The aim is a promise that holds on any machine."""
    BY_RECORD = "record"
    """It is worse than half as good as recorded."""
    NOT = "not"
    """Nothing: one pause of the machine decides it, as in a 95th percentile."""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """One figure. ``ratio`` says how many times as good as the aim it is: from 1 on the aim is met."""

    name: str
    figure: float
    unit: str
    aim: float
    better: Better = Better.HIGHER
    judged: Judged = Judged.BY_RECORD

    @property
    def ratio(self) -> float:
        return self.times_as_good_as(self.aim)

    def times_as_good_as(self, other: float) -> float:
        better, worse = (self.figure, other) if self.better is Better.HIGHER else (other, self.figure)
        return better / worse if worse else math.inf


class Recorded(msgspec.Struct, frozen=True, rename="camel"):
    """The figures by their names, as they were when somebody last wrote them down."""

    machine: str
    date: str
    figures: dict[str, float]


def recorded(path: Path = _RECORDED) -> Recorded:
    return msgspec.json.decode(path.read_bytes(), type=Recorded)


def record(results: Sequence[Result], machine: str, today: date, path: Path = _RECORDED) -> None:
    """Write the figures down, in place of those of the same names; what was not measured stays."""
    figures = recorded(path).figures | {result.name: _rounded(result.figure) for result in results}
    written = msgspec.json.encode(Recorded(machine, today.isoformat(), figures))
    path.write_bytes(msgspec.json.format(written) + b"\n")


def failures(results: Sequence[Result], known: Mapping[str, float]) -> list[str]:
    """One sentence for every figure that is not good enough."""
    found = []
    for result in results:
        before = known.get(result.name)
        if result.judged is Judged.BY_AIM and result.ratio < 1:
            found.append(f"{result.name}: {shown(result.figure)} {result.unit}; the limit is {shown(result.aim)}.")
        if result.judged is Judged.BY_RECORD and before is not None and result.times_as_good_as(before) < SLOWEST:
            found.append(
                f"{result.name}: {shown(result.figure)} {result.unit}; {shown(before)} are recorded, "
                f"and this is less than {SLOWEST:.0%} as good."
            )
    return found


def print_results(console: Console, results: Sequence[Result], known: Recorded) -> None:
    table = Table(title=f"Results (recorded {known.date} on {known.machine})")
    table.add_column("what", overflow="fold")
    for column in ("figure", "unit", "aim", "times the aim", "recorded"):
        table.add_column(column, justify="left" if column == "unit" else "right")
    for result in results:
        before = known.figures.get(result.name)
        table.add_row(
            result.name,
            shown(result.figure),
            result.unit,
            f"{'at least' if result.better is Better.HIGHER else 'at most'} {shown(result.aim)}",
            f"{result.ratio:.2g}" if result.ratio < 10 else f"{result.ratio:.0f}",
            "" if before is None else shown(before),
        )
    console.print(table)


def as_json(results: Sequence[Result]) -> bytes:
    """A list of objects: name, figure, unit, aim, ratio and what is better."""
    listed = [{**msgspec.to_builtins(result), "ratio": round(result.ratio, 3)} for result in results]
    return msgspec.json.format(msgspec.json.encode(listed)) + b"\n"


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of the values (of which there must be one) does not exceed."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def shown(figure: float) -> str:
    """Three digits, or the whole number where it has more."""
    return f"{figure:,.0f}" if figure >= 100 else f"{figure:.3g}"


def _rounded(figure: float) -> float:
    """To three digits."""
    return float(f"{figure:.3g}")
