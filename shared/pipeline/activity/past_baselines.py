"""Baselines of many days in memory, for what is judged as of the past.

``HeldBaselines`` reads each app once a day; of a month that would be thirty requests for each. Here an app is read once
for all days, and of what is usual for it only that is kept which the rules compare with.
"""

from collections import OrderedDict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Final

from shared.domain.app_baselines import AppBaseline
from shared.domain.known import UNKNOWN, Known
from shared.pipeline.activity.held_baselines import compared_with
from shared.pipeline.activity.ports import Baselines
from shared.policies.baselines import Baseline

_MOST_VALUES: Final = 500_000
"""Of all apps together: some 75 MB, where each has hundreds of addresses on every day."""
type _OfDay = tuple[date, dict[str, Baseline]]


class PastBaselines:
    """Over ``most_values`` of values those apps go that were not asked for longest, but for the ones of one call."""

    def __init__(
        self,
        baselines: Baselines,
        first: date,
        last: date,
        dimensions: Collection[str],
        most_values: int = _MOST_VALUES,
    ) -> None:
        self._baselines = baselines
        self._first, self._last = first, last
        self._dimensions = frozenset(dimensions)
        self._most_values = most_values
        self._held: OrderedDict[str, Sequence[_OfDay]] = OrderedDict()
        self._values = 0
        self._day = first

    async def hold(self, app_ids: Iterable[str], moment: datetime) -> None:
        """Load what is not held yet, and answer as of that day from now on. Raises Unavailable."""
        self._day = moment.date()
        wanted = sorted(set(app_ids))
        absent = [app_id for app_id in wanted if app_id not in self._held]
        found = await self._baselines.between(absent, self._first, self._last) if absent else {}
        for app_id in absent:
            days = [(known.day, self._kept(known)) for known in found.get(app_id, ())]
            self._held[app_id] = days
            self._values += _size(days)
        for app_id in wanted:
            self._held.move_to_end(app_id)
        while self._values > self._most_values and len(self._held) > len(wanted):
            _, gone = self._held.popitem(last=False)
            self._values -= _size(gone)

    def _kept(self, known: AppBaseline) -> dict[str, Baseline]:
        """Nothing of one that is still learning: what an older one learnt is over by then."""
        if not known.is_learnt:
            return {}
        return {name: usual for name, usual in compared_with(known).items() if name in self._dimensions}

    def lookup(self, dimension: str, key: str) -> Known[Baseline]:
        """Of the newest baseline built for that day or before. UNKNOWN where there was none, or it lacks this."""
        of_day = next((usual for day, usual in self._held.get(key, ()) if day <= self._day), {})
        return of_day.get(dimension, UNKNOWN)


def _size(days: Sequence[_OfDay]) -> int:
    return sum(1 + len(usual.values) for _, of_day in days for usual in of_day.values())
