"""Baselines in memory, for rules to compare with while they judge.

A rule cannot wait for storage, so what it may ask for is loaded before. A baseline that was built is never changed:
each app is read once a day, and what is held is a copy, never the truth.
"""

from collections import OrderedDict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from shared.domain.app_baselines import AppBaseline, UsualNumber, UsualValues
from shared.domain.known import UNKNOWN, Known
from shared.pipeline.activity.ports import Baselines
from shared.policies.baselines import Baseline

MOST_HELD: Final = 2_000
"""Apps. A baseline takes some kilobytes, at the very most some hundred."""
_MOST_VALUES: Final = 200_000
"""Of all apps together: some 30 MB, where each has hundreds of addresses and agents."""
type _Held = tuple[date, dict[str, Baseline]]
_NEVER: Final[_Held] = date.min, {}


class HeldBaselines:
    """Over ``most`` apps, or so many values of theirs, those go that were not asked for longest; the apps of one call
    stay together.
    """

    def __init__(self, baselines: Baselines, most: int = MOST_HELD, most_values: int = _MOST_VALUES) -> None:
        self._baselines = baselines
        self._most = most
        self._most_values = most_values
        self._held: OrderedDict[str, _Held] = OrderedDict()

    async def hold(self, app_ids: Iterable[str], now: datetime) -> None:
        """Load what is not held for this day yet. Raises Unavailable.

        What is held for the day before stays until then: others may be judging by it.
        """
        day, wanted = now.date(), sorted(set(app_ids))
        absent = [app_id for app_id in wanted if self._held.get(app_id, _NEVER)[0] != day]
        missing = set(absent)
        # Another call may let them go while this one waits.
        present = {app_id: self._held[app_id] for app_id in wanted if app_id not in missing}
        found = await self._baselines.latest(absent, day) if absent else {}
        for app_id in absent:
            known = found.get(app_id)
            self._held[app_id] = day, compared_with(known) if known is not None and known.is_learnt else {}
        self._held |= present
        for app_id in wanted:
            self._held.move_to_end(app_id)
        self._let_go(len(wanted))

    def _let_go(self, kept: int) -> None:
        values = sum(map(_size, self._held.values()))
        while len(self._held) > kept and (len(self._held) > self._most or values > self._most_values):
            _, gone = self._held.popitem(last=False)
            values -= _size(gone)

    def lookup(self, dimension: str, key: str) -> Known[Baseline]:
        """UNKNOWN for an app that is not held, and while its baseline is learning or incomplete."""
        return self._held.get(key, _NEVER)[1].get(dimension, UNKNOWN)


def _size(held: _Held) -> int:
    return sum(len(each.values) for each in held[1].values())


def compared_with(known: AppBaseline) -> dict[str, Baseline]:
    """In the form in which rules compare, by dimension."""
    numbers = {name: _number(usual) for name, usual in known.numbers.items()}
    return numbers | {name: _values(usual) for name, usual in known.values.items() if usual.is_complete}


def _number(usual: UsualNumber) -> Baseline:
    mean, deviation = usual.of_busiest_days
    return Baseline(mean=mean, deviation=deviation)


def _values(usual: UsualValues) -> Baseline:
    return Baseline(values=frozenset(usual.values))
