"""All rows of one time: which runs of steps they can fill with distinct events."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from shared.domain.matches import Match

type Move = tuple[int, int]
"""From ``start`` steps done to ``end`` steps done, within one moment."""


class Moment:
    """The rows of one time. ``moves`` are the runs of steps that its events can fill, one event a step."""

    def __init__(self, time: datetime, rows: Sequence[Match], steps: Sequence[str]) -> None:
        self.time = time
        number = {step: index for index, step in enumerate(steps)}
        self._rows = [(row, number[row.step or ""]) for row in rows]
        every: list[dict[str, None]] = [{} for _ in steps]
        for row, step in self._rows:
            every[step][row.event_id] = None
        self._events = [frozenset(events) for events in every]
        # A step needs at most one event of its own beside those that other steps and the caller take, so this many
        # candidates decide as well as thousands would.
        enough = len(steps) + 1
        self._candidates = [list(events)[:enough] for events in every]
        self._scarce = frozenset(event for events in self._candidates for event in events)
        self._known: dict[tuple[tuple[int, ...], frozenset[str]], bool] = {}
        self.moves = tuple(self._possible_moves(len(steps)))

    def _possible_moves(self, size: int) -> Iterator[Move]:
        for start in range(size):
            for end in range(start + 1, size + 1):
                if not self._candidates[end - 1]:
                    break
                if self._fills(tuple(range(start, end)), frozenset()):
                    yield start, end

    def rows_in(self, moves: Iterable[Move]) -> list[Match]:
        """The rows that can take part in one of the moves."""
        usable = list(moves)
        return [
            row
            for row, step in self._rows
            if any(
                start <= step < end and self._fills(_without((start, end), step), frozenset((row.event_id,)))
                for start, end in usable
            )
        ]

    def _fills(self, steps: tuple[int, ...], taken: frozenset[str]) -> bool:
        """Whether distinct events, none of them taken, can fill the steps."""
        key = steps, taken & self._scarce
        if key not in self._known:
            filled: dict[str, int] = {}
            self._known[key] = all(self._place(step, set(key[1]), filled) for step in steps)
        return self._known[key]

    def _place(self, step: int, tried: set[str], filled: dict[str, int]) -> bool:
        """Gives the step an event, moving earlier steps to others if need be (an augmenting path)."""
        for event in self._candidates[step]:
            if event not in tried:
                tried.add(event)
                if event not in filled or self._place(filled[event], tried, filled):
                    filled[event] = step
                    return True
        return False


def _without(move: Move, *steps: int) -> tuple[int, ...]:
    return tuple(step for step in range(*move) if step not in steps)
