"""When a timer comes due: by NCRONTAB expression or by a fixed interval."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from local.host.timers.ncrontab import Crontab
from local.host.timespan import parse_timespan

_OFTEN = timedelta(minutes=1)


class Schedule(Protocol):
    """A series of moments without end."""

    def next_after(self, moment: datetime) -> datetime:
        """The first moment later than ``moment``."""
        ...


@dataclass(frozen=True, slots=True)
class Interval:
    """Every so often, counted from the last time."""

    every: timedelta

    def next_after(self, moment: datetime) -> datetime:
        """The moment one interval later."""
        return moment + self.every


def parse_schedule(text: str) -> Schedule:
    """Read a timer's schedule: six NCRONTAB fields, or a TimeSpan. Raises ValueError."""
    if " " in text.strip():
        return Crontab.parse(text)
    every = parse_timespan(text)
    if every <= timedelta():
        raise ValueError(f"{text!r} is no interval")
    return Interval(every)


def comes_often(schedule: Schedule, now: datetime) -> bool:
    """Whether the next five occurrences lie less than a minute apart somewhere.

    The platform does not keep the status of such timers, so they are never past due.
    """
    moment = schedule.next_after(now)
    for _ in range(4):
        earlier, moment = moment, schedule.next_after(moment)
        if moment - earlier < _OFTEN:
            return True
    return False
