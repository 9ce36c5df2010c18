"""How the inventory went day by day: a small line for each number, the same in words, and a table of all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from functions.pages.app_views import ALL, HIGHLY_PRIVILEGED, NEW, OVERPRIVILEGED, RISKY, UNUSED, AppView
from shared.domain.app_traits import Trait
from shared.domain.inventory_days import InventoryDay

WIDTH: Final = 240
HEIGHT: Final = 40
_EDGE: Final = 3
"""Room for the width of the line."""


class _Series(NamedTuple):
    name: str
    view: AppView | None
    value: Callable[[InventoryDay], int]


@dataclass(frozen=True, kw_only=True)
class Trend:
    """``path`` is that of an SVG of ``WIDTH`` by ``HEIGHT``; ``told`` says what it shows."""

    name: str
    address: str | None
    latest: int
    change: int
    path: str
    told: str


def _trait(view: AppView, trait: Trait) -> _Series:
    return _Series(view.name, view, lambda day: day.by_trait.get(trait, 0))


_SERIES: Final = (
    _Series("Apps", ALL, lambda day: day.apps),
    _Series(RISKY.name, RISKY, lambda day: day.risky),
    _trait(HIGHLY_PRIVILEGED, Trait.HIGHLY_PRIVILEGED),
    _trait(OVERPRIVILEGED, Trait.OVERPRIVILEGED),
    _trait(UNUSED, Trait.UNUSED),
    _trait(NEW, Trait.NEW),
    _Series("Consents of users", None, lambda day: day.consented_users),
)
SERIES_NAMES: Final = tuple(series.name for series in _SERIES)


def trends(days: Sequence[InventoryDay]) -> list[Trend]:
    """``days`` are oldest first. None from fewer than two: a point is no trend."""
    return [_trend(series, days) for series in _SERIES] if len(days) > 1 else []


def numbers_by_day(days: Sequence[InventoryDay]) -> list[tuple[date, list[int]]]:
    """Newest first, in the order of ``SERIES_NAMES``."""
    return [(day.day, [series.value(day) for series in _SERIES]) for day in reversed(days)]


def _trend(series: _Series, days: Sequence[InventoryDay]) -> Trend:
    points = [(day.day, series.value(day)) for day in days]
    (first_day, first), (last_day, last) = points[0], points[-1]
    values = [value for _, value in points]
    return Trend(
        name=series.name,
        address=series.view.address if series.view else None,
        latest=last,
        change=last - first,
        path=line(points),
        told=(
            f"{series.name}: {first:,} on {_said(first_day)}, {last:,} on {_said(last_day)}, "
            f"between {min(values):,} and {max(values):,} in that time"
        ),
    )


def line(points: Sequence[tuple[date, int]]) -> str:
    """The path through these points, the oldest first and at the left. Days that are missing keep their room."""
    first, last = points[0][0], points[-1][0]
    values = [value for _, value in points]
    low, span = min(values), max(values) - min(values)
    room = HEIGHT - 2 * _EDGE

    def place(day: date, value: int) -> str:
        across = _EDGE + (WIDTH - 2 * _EDGE) * (day - first).days / max((last - first).days, 1)
        # What never changed runs through the middle.
        down = _EDGE + room * (1 - (value - low) / span) if span else HEIGHT / 2
        return f"{across:.1f} {down:.1f}"

    return "M" + " L".join(place(day, value) for day, value in points)


def _said(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
