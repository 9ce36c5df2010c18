"""Sequences: which rows take part in some complete chain.

A chain has one row for each step, in the order of the steps, times never falling, first to last within ``within``,
and no event twice. The rows are taken by moment, because logs keep whole seconds and equal times are common: at each
moment a chain goes from having done ``start`` steps to having done ``end``, with distinct events (see ``moments``).

One pass forward and one backward over the moments, each with at most 9 x 9 moves a moment.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby

from shared.domain.matches import Match
from shared.policies.moments import Moment

type _Times = list[datetime | None]
"""By the number of steps done."""


def rows_in_chains(steps: Sequence[str], within: timedelta, rows: Sequence[Match]) -> list[Match]:
    """The rows of every complete chain, sorted by time. ``rows`` are sorted by time, each event and step once."""
    moments = [Moment(time, tuple(group), steps) for time, group in groupby(rows, key=lambda row: row.time)]
    starts = _latest_starts(moments, len(steps))
    ends = _earliest_ends(moments, len(steps))
    kept: list[Match] = []
    for moment, start, end in zip(moments, starts, ends, strict=True):
        kept.extend(moment.rows_in(move for move in moment.moves if _spans(start[move[0]], end[move[1]], within)))
    return kept


def _latest_starts(moments: Sequence[Moment], size: int) -> list[_Times]:
    """Before each moment: the latest time at which a chain that has done so many steps can have begun."""
    table: list[_Times] = []
    times: _Times = [None] * (size + 1)
    for moment in moments:
        times[0] = moment.time
        table.append(times)
        times = [
            max(
                filter(None, (times[done], *(times[start] for start, end in moment.moves if end == done))), default=None
            )
            for done in range(size + 1)
        ]
    return table


def _earliest_ends(moments: Sequence[Moment], size: int) -> list[_Times]:
    """After each moment: the earliest time at which a chain that has done so many steps can be complete."""
    table: list[_Times] = []
    times: _Times = [None] * (size + 1)
    for moment in reversed(moments):
        times[size] = moment.time
        table.append(times)
        times = [
            min(
                filter(None, (times[done], *(times[end] for start, end in moment.moves if start == done))), default=None
            )
            for done in range(size + 1)
        ]
    return table[::-1]


def _spans(first: datetime | None, last: datetime | None, within: timedelta) -> bool:
    return first is not None and last is not None and last - first <= within
