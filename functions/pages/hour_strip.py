"""The hours of a source as strips of up to a day: a letter for what became of each, and a bar for its events."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from shared.domain.ledger import HourCoverage, HourState

HOURS: Final = 24
"""Of one strip."""
CELL: Final = 20
BARS: Final = 26
BOX: Final = 18
TICKS: Final = 12
WIDTH: Final = HOURS * CELL
HEIGHT: Final = BARS + BOX + TICKS
_TICK_HOURS: Final = 6
_UNDATED = "undated"

LETTERS: Final[Mapping[HourState | None, tuple[str, str, str]]] = {
    HourState.EVALUATED: ("E", "evaluated", "read, and every event judged"),
    HourState.COLLECTED: ("C", "collected", "read; some of it still waits to be judged"),
    HourState.PLANNED: ("P", "planned", "being read, or to be read at the next run"),
    HourState.MISSING: ("M", "missing", "should have been read; it still may be"),
    HourState.LOST: ("L", "lost", "never read, and the service keeps it no longer"),
    None: ("-", "not read", "before the first read, or while the source was off"),
}
"""The letter, the word, and what it means."""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One hour; ``left`` and ``bar`` (a height) are in the units of an SVG of ``WIDTH`` by ``HEIGHT``."""

    left: int
    bar: int
    letter: str
    word: str
    told: str
    tick: str | None


@dataclass(frozen=True, kw_only=True)
class Strip:
    """``told`` says what it shows; ``start`` is its first hour."""

    start: datetime
    told: str
    cells: list[Cell]


def dated(hours: Sequence[HourCoverage]) -> list[HourCoverage]:
    return [hour for hour in hours if hour.hour != _UNDATED]


def start_of(hour: HourCoverage) -> datetime:
    return datetime.fromisoformat(f"{hour.hour}:00:00").replace(tzinfo=UTC)


def word_of(state: HourState | None) -> str:
    return LETTERS[state][1]


def strips(hours: Sequence[HourCoverage]) -> list[Strip]:
    """``hours`` are dated, the oldest first. The last strip is the newest, and the first may be shorter."""
    most = max((hour.events for hour in hours), default=0)
    ends = range(len(hours), 0, -HOURS)
    return [_strip(hours[max(end - HOURS, 0) : end], most) for end in reversed(ends)]


def runs_of(hours: Sequence[HourCoverage], state: HourState) -> list[tuple[datetime, datetime]]:
    """From when to when the hours next to each other are in this state."""
    runs: list[tuple[datetime, datetime]] = []
    for start in (start_of(hour) for hour in hours if hour.state is state):
        end = start + timedelta(hours=1)
        if runs and runs[-1][1] == start:
            runs[-1] = (runs[-1][0], end)
        else:
            runs.append((start, end))
    return runs


def _strip(hours: Sequence[HourCoverage], most: int) -> Strip:
    start = start_of(hours[0])
    counted = Counter(word_of(hour.state) for hour in hours)
    states = ", ".join(f"{count} {word}" for word, count in counted.most_common())
    events = sum(hour.events for hour in hours)
    return Strip(
        start=start,
        told=f"{len(hours)} hours from {start.day} {start:%b %Y, %H:%M} UTC: {states}; {events:,} events",
        cells=[_cell(hour, place, most) for place, hour in enumerate(hours)],
    )


def _cell(hour: HourCoverage, place: int, most: int) -> Cell:
    letter, word, _ = LETTERS[hour.state]
    start = start_of(hour)
    # An hour with any events is never without a bar.
    bar = max(round(BARS * hour.events / most), 1) if hour.events else 0
    return Cell(
        left=place * CELL,
        bar=bar,
        letter=letter,
        word=word,
        told=f"{start.day} {start:%b, %H:%M} UTC: {word}; {_counts(hour)}",
        tick=f"{start:%H:%M}" if start.hour % _TICK_HOURS == 0 else None,
    )


def _counts(hour: HourCoverage) -> str:
    told = f"{hour.events:,} event{'' if hour.events == 1 else 's'}"
    told += f", {hour.late:,} of them late" if hour.late else ""
    return told + (f", {hour.told_elsewhere:,} told elsewhere" if hour.told_elsewhere else "")
