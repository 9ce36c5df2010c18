"""What a month costs in Azure, as a function of how often each function runs and for how long.

Prices are list prices in US dollars of May 2025; those of your region are on the price page. Flex Consumption counts
every run as one second at least and then in tenths, by the memory of the instance, whatever the run uses of it.
"""

import math
from collections.abc import Iterable, Sequence

from msgspec import Struct

from shared.domain.passes import PassKind, Schedule

DAYS = 30
_MINUTES = DAYS * 24 * 60
RECORDS_PER_PAGE = 1000
SECONDS_PER_PAGE = 0.8
"""An answer of Graph (0.4 seconds, a guess) and its taking in, where nobody has to wait for the limit."""
_PAGES_AT_ONCE, _WINDOW = 5, 10.0
"""Graph gives out five pages in ten seconds."""
_GIGABYTE_SECOND, _FREE_GIGABYTE_SECONDS = 2.6e-5, 100_000
_MILLION_RUNS, _FREE_RUNS = 0.40, 250_000


class Runs(Struct, frozen=True, kw_only=True):
    """A function in a month: how often it runs, and for how many seconds each time."""

    function: str
    times: float
    seconds: float

    @property
    def billed_seconds(self) -> float:
        return self.times * max(1.0, math.ceil(self.seconds * 10) / 10)


def dollars(runs: Iterable[Runs], megabytes: int) -> float:
    """Of compute, on instances of so much memory."""
    each = tuple(runs)
    gigabyte_seconds = sum(one.billed_seconds for one in each) * megabytes / 1024
    times = sum(one.times for one in each)
    compute = max(0, gigabyte_seconds - _FREE_GIGABYTE_SECONDS) * _GIGABYTE_SECOND
    return compute + max(0, times - _FREE_RUNS) / 1e6 * _MILLION_RUNS


def pages_a_month(schedule: Schedule, records: float, every: float) -> float:
    """Pages that all passes over a stream of so many records a month read, where its timer runs ``every`` so many
    minutes. Each pass reads its window whole, what is new in it and what the passes before have read.
    """
    return sum(times * pages for times, pages in passes_a_month(schedule, records, every).values())


def passes_a_month(schedule: Schedule, records: float, every: float) -> dict[PassKind, tuple[float, int]]:
    """By kind: how many passes, and how many pages each of them reads."""
    return {
        kind: (times, math.ceil(records / _MINUTES * minutes / RECORDS_PER_PAGE or 1))
        for kind in schedule.cadences
        for times, minutes in [_passes(schedule, kind, every)]
    }


def reading_seconds(streams: Sequence[tuple[Schedule, float]], every: float) -> float:
    """A month's, of streams that are read in one run and share Graph's limit: each with its records a month.

    The recent passes of all streams are in each run; wider ones come on top of them, page by page at the limit.
    """
    passes = [passes_a_month(schedule, records, every) for schedule, records in streams]
    recent = sum(found[PassKind.RECENT][1] for found in passes)
    wider = sum(
        times * pages for found in passes for kind, (times, pages) in found.items() if kind is not PassKind.RECENT
    )
    return _MINUTES / every * seconds_of_run(recent) + wider * _WINDOW / _PAGES_AT_ONCE


def seconds_of_run(pages: int) -> float:
    """Five pages follow each other at once, five more begin ten seconds later, and so on."""
    full, rest = divmod(max(pages - 1, 0), _PAGES_AT_ONCE)
    return full * _WINDOW + (rest + 1) * SECONDS_PER_PAGE


def chunks_a_month(records: float, every: float) -> float:
    """Chunks of new events: every run of the timer finds some, unless there are few; a full page makes one."""
    a_run = records / _MINUTES * every
    return _MINUTES / every * (math.ceil(a_run / RECORDS_PER_PAGE) if a_run >= 1 else a_run)


def _passes(schedule: Schedule, kind: PassKind, every: float) -> tuple[float, float]:
    """How many in a month, and how many minutes their windows hold."""
    cadence = schedule.cadences[kind]
    between = max(cadence.every.total_seconds() / 60, every)
    return _MINUTES / between, cadence.lateness.total_seconds() / 60 + between
