"""The directory audits as a reader meets them: late, and not in the order in which things happened."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from local.tenant.directory.collections import Object

RETENTION = timedelta(days=30)
"""What Entra ID P1 and P2 keep."""

_EARLIEST, _LATEST = timedelta(minutes=2), timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class _Entry:
    time: datetime
    published: datetime
    record: Object


class AuditLog:
    """Records with the time from which they can be read.

    Each is late by a time of its own between ``earliest`` and ``latest``, drawn from the seed: the later of two events
    may be readable first. ``factor`` divides lateness, so that 60 makes minutes seconds; it may be changed at any time
    and counts for what is emitted afterwards.
    """

    def __init__(
        self, seed: int | str = 0, earliest: timedelta = _EARLIEST, latest: timedelta = _LATEST, factor: float = 1
    ) -> None:
        self.factor = factor
        self._earliest, self._latest = earliest, latest
        self._random = Random(f"{seed} lateness")
        self._by_time: list[_Entry] = []

    def emit(self, record: Object, time: datetime) -> None:
        """Takes in a record of something that happens at ``time``, UTC; forgets what is older than the retention."""
        late = self._earliest + (self._latest - self._earliest) * self._random.random()
        insort(self._by_time, _Entry(time, time + late / self.factor, record), key=lambda entry: entry.time)
        del self._by_time[: bisect_left(self._by_time, time - RETENTION, key=lambda entry: entry.time)]

    def visible(self, now: datetime) -> Sequence[Object]:
        """The records that can be read by now, in the order in which they came to be readable."""
        found = self._between(now - RETENTION, now, now)
        return [entry.record for entry in sorted(found, key=lambda entry: entry.published)]

    def query(self, start: datetime | None, end: datetime | None, now: datetime, *, ascending: bool) -> list[Object]:
        """The readable records whose time is from ``start`` to ``end``, both included, by their time."""
        oldest = now - RETENTION
        found = self._between(max(start or oldest, oldest), now if end is None else end, now)
        return [entry.record for entry in (found if ascending else reversed(found))]

    def published(self, start: datetime, end: datetime) -> list[tuple[datetime, Object]]:
        """What came to be readable from ``start`` until before ``end``, by that time."""
        found = [(entry.published, entry.record) for entry in self._by_time if start <= entry.published < end]
        return sorted(found, key=lambda one: one[0])

    def every_record(self) -> list[Object]:
        """Everything that is kept, readable or not, by time."""
        return [entry.record for entry in self._by_time]

    def _between(self, start: datetime, end: datetime, now: datetime) -> list[_Entry]:
        first = bisect_left(self._by_time, start, key=lambda entry: entry.time)
        last = bisect_right(self._by_time, end, key=lambda entry: entry.time)
        return [entry for entry in self._by_time[first:last] if entry.published <= now]
