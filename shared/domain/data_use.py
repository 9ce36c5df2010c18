"""What an app did with data, where from and for whom: its roll-ups of days, summed up for people to read.

The last 30 days stand beside the 30 before, and months as totals. Days are of UTC, and the day that still runs is left
out. A day may be counted again while late records come; months that are older than what is read stay as they were told.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Final

from msgspec import Struct

from shared.domain.app_use import AppUse, ServiceUse, UseOfDay
from shared.domain.distinct import union
from shared.domain.events import Service
from shared.domain.known import Known

WINDOW_DAYS: Final = 30
MOST_MONTHS: Final = 12
MOST_COUNTRIES: Final = 20


class CountryUse(Struct, frozen=True, rename="camel"):
    """``country`` is an ISO 3166 alpha-2 code as the records give it; ``events`` is at least how often it came."""

    country: str
    events: int


class DataUse(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """By service, of the 30 days that end with ``through``, and of the 30 before. ``months`` are totals of all services
    by ``2026-11``, oldest first, at most twelve; the first may have begun before anything was collected.
    """

    through: date
    recent: dict[Service, ServiceUse] = {}
    before: dict[Service, ServiceUse] = {}
    months: dict[str, ServiceUse] = {}

    @property
    def items(self) -> int:
        """Read, sent or changed within the last 30 days."""
        return sum(map(items_of, self.recent.values()))

    @property
    def items_before(self) -> int:
        return sum(map(items_of, self.before.values()))

    @property
    def size(self) -> int:
        """Bytes read or sent within the last 30 days, as far as the records state any."""
        return sum(use.bytes_read + use.bytes_sent for use in self.recent.values())

    @property
    def trend(self) -> int | None:
        """By how many per cent the items grew against the 30 days before; None where there were none."""
        return round(100 * (self.items - self.items_before) / self.items_before) if self.items_before else None


def items_of(use: ServiceUse) -> int:
    return use.items_read + use.items_sent + use.items_changed


def first_day_to_read(through: date, known: Known[DataUse]) -> date:
    """Both windows whole, with the month in which they begin; all twelve months where none was summed up yet."""
    if known:
        return min(through - timedelta(days=2 * WINDOW_DAYS - 1), known.through).replace(day=1)
    return _month_before(through.replace(day=1), MOST_MONTHS - 1)


def data_use(days: Sequence[UseOfDay], through: date, known: Known[DataUse]) -> DataUse:
    """``days`` are those from ``first_day_to_read`` on."""
    started = through - timedelta(days=WINDOW_DAYS - 1)
    started_before = started - timedelta(days=WINDOW_DAYS)
    read = _month(first_day_to_read(through, known))
    kept = {name: use for name, use in known.months.items() if name < read} if known else {}
    listed = sorted((kept | _by_month(days, through)).items())
    oldest = _month(_month_before(through.replace(day=1), MOST_MONTHS - 1))
    return DataUse(
        through=through,
        recent=_by_service(each.use for each in days if started <= each.day <= through),
        before=_by_service(each.use for each in days if started_before <= each.day < started),
        months={name: use for name, use in listed if name >= oldest},
    )


def countries(days: Iterable[UseOfDay], through: date) -> tuple[CountryUse, ...]:
    """Of the last 30 days, the most frequent first."""
    counts: dict[str, int] = {}
    for use in _recent(days, through):
        for country, events in use.countries.counts.items():
            counts[country] = counts.get(country, 0) + events
    listed = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(CountryUse(country, events) for country, events in listed[:MOST_COUNTRIES])


def users(days: Iterable[UseOfDay], through: date) -> int:
    """Different users of the last 30 days; an estimate where there are many.

    Some records name a user by id and others by name: added up, each would count twice, so the larger number is told.
    """
    recent = list(_recent(days, through))
    return max(union(use.users for use in recent).count, union(use.named_users for use in recent).count)


def summed(uses: Iterable[ServiceUse]) -> ServiceUse:
    numbers = dict.fromkeys(ServiceUse.__struct_fields__, 0)
    for use in uses:
        for name in numbers:
            numbers[name] += getattr(use, name)
    return ServiceUse(**numbers)


def _recent(days: Iterable[UseOfDay], through: date) -> Iterable[AppUse]:
    return (each.use for each in days if 0 <= (through - each.day).days < WINDOW_DAYS)


def _by_service(uses: Iterable[AppUse]) -> dict[Service, ServiceUse]:
    found: dict[Service, list[ServiceUse]] = {}
    for use in uses:
        for service, touched in use.services.items():
            found.setdefault(service, []).append(touched)
    return {service: summed(found[service]) for service in sorted(found)}


def _by_month(days: Iterable[UseOfDay], through: date) -> dict[str, ServiceUse]:
    found: dict[str, list[ServiceUse]] = {}
    for each in days:
        if each.day <= through:
            found.setdefault(_month(each.day), []).extend(each.use.services.values())
    return {name: total for name, uses in found.items() if (total := summed(uses)) != ServiceUse()}


def _month(day: date) -> str:
    return f"{day:%Y-%m}"


def _month_before(first: date, months: int) -> date:
    total = first.year * 12 + first.month - 1 - months
    return date(total // 12, total % 12 + 1, 1)
