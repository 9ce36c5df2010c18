"""What is usual for an app, and since when: built from complete days alone, and never changed once built."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import chain
from statistics import median
from typing import Final

from msgspec import Struct

from shared.domain.app_use import BYTES, CALLS, OTHER_CALLS, AppUse, UseOfDay

LEAST_DAYS: Final = 7
"""Complete days that it takes before anything is called usual."""
WINDOW_DAYS: Final = 28
MOST_VALUES: Final = 200
"""Of one dimension: beyond, what is usual is said to be not complete, and nothing is called unusual by it."""
_LEAST_OF_WEEKDAY: Final = 3
_NORMAL: Final = 1.4826
"""Makes the median absolute deviation of normally spread numbers their standard deviation."""


class UsualNumber(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """A median and a deviation that outliers do not move (1.4826 times the median absolute deviation).

    ``by_weekday`` are the same for Monday (0) to Sunday (6), where at least three such days were seen.
    """

    median: float
    deviation: float
    by_weekday: dict[int, tuple[float, float]] = {}

    @property
    def of_busiest_days(self) -> tuple[float, float]:
        """Median and deviation of the weekday with the largest median, or of all days where theirs is larger.

        Who asks need not know which day it is: what is usual on Mondays is never called unusual on a Sunday, which
        errs to the side of silence.
        """
        return max(((self.median, self.deviation), *self.by_weekday.values()))


class UsualValues(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """The values seen, each with the day on which it was seen first. ``is_complete``: none was left out."""

    values: dict[str, date] = {}
    is_complete: bool = True


class AppBaseline(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """Of the days before ``day``: ``days`` complete ones of at most ``WINDOW_DAYS``, the first of which is ``since``.

    ``numbers`` and ``values`` are by the dimensions that policies name (``app.mailboxesPerHour``, ``app.countries``).
    A number is the most of one hour, day by day.
    """

    app_id: str
    day: date
    since: date
    days: int
    numbers: dict[str, UsualNumber] = {}
    values: dict[str, UsualValues] = {}

    @property
    def is_learnt(self) -> bool:
        return self.days >= LEAST_DAYS


NUMBERS: Final = {
    "app.mailboxesPerHour": "mailboxes",
    "app.itemsPerHour": "items",
    "app.filesPerHour": "files",
    "app.signInsPerHour": "signIns",
    "app.callsPerHour": CALLS,
    "app.bytesPerHour": BYTES,
}
"""What is counted for each, by the hour of a day."""


class _Seen(Struct, frozen=True):
    """The values of one day; ``is_complete``: none was left out."""

    values: Iterable[str]
    is_complete: bool


VALUES: Final[Mapping[str, Callable[[AppUse], _Seen]]] = {
    "app.countries": lambda use: _Seen(use.countries.counts, use.countries.is_complete),
    "app.networks": lambda use: _Seen(use.networks.counts, use.networks.is_complete),
    "app.ipAddresses": lambda use: _Seen(use.ip_addresses.counts, use.ip_addresses.is_complete),
    "app.userAgents": lambda use: _Seen(use.user_agents.counts, use.user_agents.is_complete),
    "app.credentials": lambda use: _Seen(use.credentials.counts, use.credentials.is_complete),
    "app.resources": lambda use: _Seen(use.resources.counts, use.resources.is_complete),
    "app.operations": lambda use: _Seen(use.calls.keys() - {OTHER_CALLS}, OTHER_CALLS not in use.calls),
    "app.hours": lambda use: _Seen(map(str, use.hours), is_complete=True),
}


def baseline_of(
    app_id: str, day: date, days: Sequence[UseOfDay], known_since: date | None = None
) -> AppBaseline | None:
    """From the complete days before ``day``; None where the app did nothing in the window.

    A day on which the app did nothing counts as nought, from its first active day on, or from ``known_since`` where
    it was known to be active before.
    """
    start = day - timedelta(days=WINDOW_DAYS)
    active = sorted((each for each in days if start <= each.day < day and each.use.events), key=lambda each: each.day)
    if not active:
        return None
    since = max(start, min(filter(None, (active[0].day, known_since))))
    return AppBaseline(
        app_id=app_id,
        day=day,
        since=since,
        days=(day - since).days,
        numbers={
            name: _usual_number(active, dimension, since, day)
            for name, dimension in NUMBERS.items()
            if _is_counted(active, dimension, (day - since).days)
        },
        values={name: _usual_values(active, seen_on) for name, seen_on in VALUES.items()},
    )


def _is_counted(active: Iterable[UseOfDay], dimension: str, days: int) -> bool:
    """Whether enough is left without the days of which nobody counted this."""
    lacking = sum(not each.counts(dimension) for each in active)
    return not lacking or days - lacking >= LEAST_DAYS


def _usual_number(active: Sequence[UseOfDay], dimension: str, since: date, end: date) -> UsualNumber:
    """Days of which nobody counted this are left out; those on which the app did nothing are nought."""
    lacking = {each.day for each in active if not each.counts(dimension)}
    peaks = {each.day: each.peak(dimension) for each in active}
    all_days = [one for number in range((end - since).days) if (one := since + timedelta(days=number)) not in lacking]
    by_weekday: dict[int, list[int]] = {}
    for one in all_days:
        by_weekday.setdefault(one.weekday(), []).append(peaks.get(one, 0))
    middle, deviation = _robust(list(chain.from_iterable(by_weekday.values())))
    return UsualNumber(
        median=middle,
        deviation=deviation,
        by_weekday={
            weekday: _robust(numbers)
            for weekday, numbers in sorted(by_weekday.items())
            if len(numbers) >= _LEAST_OF_WEEKDAY
        },
    )


def _robust(numbers: Sequence[int]) -> tuple[float, float]:
    middle = float(median(numbers))
    return middle, _NORMAL * float(median(abs(number - middle) for number in numbers))


def _usual_values(active: Iterable[UseOfDay], seen_on: Callable[[AppUse], _Seen]) -> UsualValues:
    """``active`` are in order. Of too many, those seen first are kept."""
    first: dict[str, date] = {}
    is_complete = True
    for each in active:
        seen = seen_on(each.use)
        is_complete = is_complete and seen.is_complete
        for value in sorted(seen.values):
            first.setdefault(value, each.day)
    kept = dict(list(first.items())[:MOST_VALUES])
    return UsualValues(values=kept, is_complete=is_complete and len(kept) == len(first))
