"""Windows: which rows lie in some full window."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from shared.domain.known import UNKNOWN
from shared.domain.matches import Match
from shared.policies.binding import Bound, BoundPolicy, Measure


class UnknownThreshold(Exception):
    """The window is compared with a baseline that is not known yet."""


@dataclass(frozen=True, slots=True)
class FullWindows:
    """The rows of all full windows, sorted by time, and the most that one of them measures."""

    rows: list[Match]
    most: float


_NONE = FullWindows([], 0.0)


def full_windows(bound: BoundPolicy, rows: Sequence[Match]) -> FullWindows:
    """The rows of every interval of length ``within`` that satisfies ``having``.

    ``rows`` are sorted by time. Only intervals that start at a row need a look, each as long as it may be: a shorter
    or shifted one holds no row that one of these does not hold. Linear in the rows.
    """
    if bound.having is None or not rows:
        return _NONE
    threshold = _threshold(bound.having, rows[0])
    if threshold is None:
        return _NONE
    tally = _Tally(bound.having.measure)
    kept: list[Match] = []
    end, kept_up_to, most = 0, 0, 0.0
    for start, first in enumerate(rows):
        while end < len(rows) and rows[end].time - first.time <= bound.within:
            tally.add(rows[end])
            end += 1
        if _reached(bound.having, tally.total, threshold):
            kept.extend(rows[max(start, kept_up_to) : end])
            kept_up_to = end
            most = max(most, tally.total)
        tally.remove(first)
    return FullWindows(kept, most)


def _threshold(having: Bound, row: Match) -> float | None:
    """A baseline is that of the group's app, so any row of the group gives the same."""
    operand = having.threshold
    value = operand.value if operand.dynamic is None else operand.dynamic(row.evidence.event, None)
    if value is UNKNOWN:
        raise UnknownThreshold
    return float(value) if isinstance(value, int | float) else None


def _reached(having: Bound, total: float, threshold: float) -> bool:
    return total > threshold if having.strict else total >= threshold


class _Tally:
    """What is in the window now."""

    def __init__(self, measure: Measure) -> None:
        self._measure = measure
        self._values = Counter[str]()
        self._sum = 0.0
        self._events = 0

    @property
    def total(self) -> float:
        match self._measure:
            case Measure.EVENTS:
                return self._events
            case Measure.DISTINCT:
                return len(self._values)
            case Measure.SUM:
                return self._sum

    def add(self, row: Match) -> None:
        self._events += 1
        self._sum += self._number(row)
        if row.value is not None:
            self._values[row.value] += 1

    def remove(self, row: Match) -> None:
        self._events -= 1
        self._sum -= self._number(row)
        if row.value is not None:
            self._values[row.value] -= 1
            if not self._values[row.value]:
                del self._values[row.value]

    def _number(self, row: Match) -> float:
        """Never below zero: a negative number would let a later event empty a full window."""
        return max(0.0, float(row.value)) if self._measure is Measure.SUM and row.value is not None else 0.0
