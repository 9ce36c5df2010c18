"""What an app did lately, in the figures that policies of governance compare: by day, by week and by service.

Days are complete ones of UTC. Where nothing is collected of what apps do, all of it is unknown.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from statistics import median
from typing import Final

from msgspec import Struct, UnsetType

from shared.domain.app_use import (
    BYTES,
    CALL_ERRORS,
    CALLS,
    MOST_TALLIED,
    UseOfDay,
    bytes_of,
    items_of,
)
from shared.domain.distinct import merged
from shared.domain.events import Service
from shared.domain.known import UNKNOWN

WINDOW_DAYS: Final = 30
WEEK: Final = 7
USUAL_OF: Final = 14
LEAST_DAYS: Final = 7


class Amounts(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """``calls`` are requests to Microsoft Graph, ``errors`` those of them that failed; ``bytes`` both ways, as far as
    records state them; ``items`` read, sent or changed.

    UNKNOWN is what was not collected through all of the time, or was rolled up by a version that did not count it.
    """

    calls: int | UnsetType = UNKNOWN
    errors: int | UnsetType = UNKNOWN
    items: int | UnsetType = UNKNOWN
    bytes: int | UnsetType = UNKNOWN


class ServiceActivity(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """``events`` of the last complete day; ``usual`` is the median of the 14 days before, None with fewer than 7."""

    service: Service
    events: int = 0
    usual: float | None = None


class AppActivity(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """``day`` is the last complete day (``through``), ``week`` the seven days that end with it; the same before.

    ``peak_hour`` holds the most calls and the most bytes of one hour of that day, each for itself. ``services`` are
    those touched within 30 days, ``labels`` the ids of sensitivity labels met within 30 days.
    """

    through: date
    day: Amounts = Amounts()
    day_before: Amounts = Amounts()
    week: Amounts = Amounts()
    week_before: Amounts = Amounts()
    peak_hour: Amounts = Amounts()
    services: tuple[ServiceActivity, ...] = ()
    labels: tuple[str, ...] = ()


class CollectedDays(Struct, frozen=True, kw_only=True):
    """The first day from which on all is collected, of requests to Microsoft Graph and of items; None: none are."""

    calls: date | None = None
    items: date | None = None

    @property
    def records(self) -> date | None:
        """Of whatever is collected at all."""
        return max((day for day in (self.calls, self.items) if day), default=None)


def app_activity(days: Iterable[UseOfDay], through: date, collected: CollectedDays) -> AppActivity:
    """``days`` are those of the 30 that end with ``through`` on which the app did anything, and any others."""
    active = {each.day: each for each in days if each.day <= through and each.use.events}
    yesterday, week_ago = through - timedelta(days=1), through - timedelta(days=WEEK)
    return AppActivity(
        through=through,
        day=_amounts(active, through, 1, collected),
        day_before=_amounts(active, yesterday, 1, collected),
        week=_amounts(active, through, WEEK, collected),
        week_before=_amounts(active, week_ago, WEEK, collected),
        peak_hour=_peak_hour(active, through, collected),
        services=_services(active, through, collected),
        labels=_labels(_recent(active, through)),
    )


def _amounts(active: Mapping[date, UseOfDay], last: date, count: int, collected: CollectedDays) -> Amounts:
    """Of so many days up to the last."""
    first = last - timedelta(days=count - 1)
    days = [each for day, each in active.items() if first <= day <= last]
    has_calls = _is_collected(collected.calls, first)
    return Amounts(
        calls=_counted(days, CALLS) if has_calls else UNKNOWN,
        errors=_counted(days, CALL_ERRORS) if has_calls else UNKNOWN,
        items=sum(items_of(each.use) for each in days) if _is_collected(collected.items, first) else UNKNOWN,
        bytes=sum(bytes_of(each.use) for each in days) if _is_collected(collected.records, first) else UNKNOWN,
    )


def _is_collected(since: date | None, first: date) -> bool:
    return since is not None and since <= first


def _counted(days: Iterable[UseOfDay], dimension: str) -> int | UnsetType:
    if not all(each.counts(dimension) for each in days):
        return UNKNOWN
    return sum(sum(each.per_hour[dimension]) for each in days)


def _peak_hour(active: Mapping[date, UseOfDay], through: date, collected: CollectedDays) -> Amounts:
    day = active.get(through)

    def peak(dimension: str, since: date | None) -> int | UnsetType:
        if not _is_collected(since, through) or (day and not day.counts(dimension)):
            return UNKNOWN
        return day.peak(dimension) if day else 0

    return Amounts(calls=peak(CALLS, collected.calls), bytes=peak(BYTES, collected.records))


def _recent(active: Mapping[date, UseOfDay], through: date) -> list[UseOfDay]:
    return [each for day, each in active.items() if (through - day).days < WINDOW_DAYS]


def _services(active: Mapping[date, UseOfDay], through: date, collected: CollectedDays) -> tuple[ServiceActivity, ...]:
    touched = {service for each in _recent(active, through) for service in each.use.services}
    since = max((min(active), collected.records or min(active))) if active else through
    return tuple(_service(service, active, through, since) for service in sorted(touched))


def _service(service: Service, active: Mapping[date, UseOfDay], through: date, since: date) -> ServiceActivity:
    """Days on which the app did nothing count as nought, from its first on: that is ``since``."""

    def events(day: date) -> int:
        each = active.get(day)
        used = each.use.services.get(service) if each else None
        return used.events if used else 0

    known = min((through - since).days, USUAL_OF)
    before = [events(through - timedelta(days=ago)) for ago in range(1, known + 1)]
    return ServiceActivity(
        service=service,
        events=events(through),
        usual=float(median(before)) if known >= LEAST_DAYS else None,
    )


def _labels(days: Iterable[UseOfDay]) -> tuple[str, ...]:
    """In lower case, the most frequent: who writes records might make up any number."""
    return tuple(sorted({label.lower() for label in merged((each.use.labels for each in days), MOST_TALLIED).counts}))
