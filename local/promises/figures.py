"""The figures as tests recorded them: ``recorded.json``, by promise and name, each with its day."""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

import msgspec

from local.promises.promises import Figure

RECORDED = Path(__file__).with_name("recorded.json")

type Key = tuple[str, str]
"""The id of a promise and the name of a figure."""


class Recorded(msgspec.Struct, frozen=True):
    value: float
    date: str


def recorded(path: Path = RECORDED) -> dict[Key, Recorded]:
    stored = msgspec.json.decode(path.read_bytes(), type=dict[str, dict[str, Recorded]]) if path.exists() else {}
    return {(promise, name): one for promise, figures in stored.items() for name, one in figures.items()}


def summed(known: Mapping[Key, Figure], measured: Iterable[tuple[Key, float]]) -> dict[Key, float]:
    """One value for every figure of a run, whichever tests and processes it came from."""
    total: dict[Key, float] = {}
    for key, value in measured:
        total[key] = known[key].together(total[key], value) if key in total else value
    return total


def record(known: Mapping[Key, Figure], values: Mapping[Key, float], today: date, path: Path = RECORDED) -> None:
    """Write the values down in place of those of the same figures; what was not measured stays while it is known."""
    new = {key: Recorded(_rounded(value), today.isoformat()) for key, value in values.items()}
    merged = {**recorded(path), **new}
    nested: dict[str, dict[str, Recorded]] = {}
    for promise, name in known:  # in the order of the promises, so that a diff shows what changed
        if (promise, name) in merged:
            nested.setdefault(promise, {})[name] = merged[promise, name]
    path.write_bytes(msgspec.json.format(msgspec.json.encode(nested)) + b"\n")


def _rounded(value: float) -> float:
    """Counts stay as they are, all else keeps three digits."""
    return value if value == int(value) else float(f"{value:.3g}")
