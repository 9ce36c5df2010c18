"""NCRONTAB, the schedule language of timer triggers: ``{second} {minute} {hour} {day} {month} {day-of-week}``.

A day must match both its day of the month and its day of the week. Most other cron dialects take either,
so their libraries cannot stand in here.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Self

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_WEEKDAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_LEAP_YEAR = 2024


@dataclass(frozen=True, slots=True)
class _Field:
    label: str
    lowest: int
    highest: int
    names: tuple[str, ...] = ()

    def read(self, text: str) -> frozenset[int]:
        """All values of a list such as ``1-5,30/10,*/15``."""
        return frozenset(value for item in text.split(",") for value in self._item(item))

    def _item(self, item: str) -> range:
        span, slash, step_text = item.partition("/")
        if slash and not (step_text.isdecimal() and int(step_text) > 0):
            raise ValueError(f"{item!r} has no step of at least 1 in the field {self.label}")
        first_text, dash, last_text = span.partition("-")
        if span == "*":
            first, last = self.lowest, self.highest
        elif dash:
            first, last = sorted((self._value(first_text), self._value(last_text)))
        else:
            first = self._value(span)
            # A single value with a step runs to the end of the field: ``5/15`` is 5,20,35,50.
            last = self.highest if slash else first
        return range(first, last + 1, int(step_text) if slash else 1)

    def _value(self, text: str) -> int:
        if text.isdecimal():
            value = int(text)
            if self.lowest <= value <= self.highest:
                return value
        elif text:
            # Any beginning of an English name will do: ``Tue``, ``tues``, ``Tuesday``.
            for value, name in enumerate(self.names, self.lowest):
                if name.lower().startswith(text.lower()):
                    return value
        raise ValueError(f"{text!r} is no {self.label} ({self.lowest} to {self.highest})")


_FIELDS = (
    _Field("second", 0, 59),
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day", 1, 31),
    _Field("month", 1, 12, _MONTHS),
    _Field("day of the week", 0, 6, _WEEKDAYS),
)


@dataclass(frozen=True, slots=True)
class Crontab:
    """The moments an NCRONTAB expression names."""

    seconds: tuple[int, ...]
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read six fields. Raises ValueError for anything else, and for a schedule that never comes."""
        parts = text.split()
        if len(parts) != len(_FIELDS):
            raise ValueError(f"{text!r} has {len(parts)} fields; a schedule has six, the first for seconds")
        second, minute, hour, day, month, weekday = (
            field.read(part) for field, part in zip(_FIELDS, parts, strict=True)
        )
        if min(day) > max(monthrange(_LEAP_YEAR, each)[1] for each in month):
            raise ValueError(f"{text!r} names a day that none of its months has")
        return cls(tuple(sorted(second)), tuple(sorted(minute)), tuple(sorted(hour)), day, month, weekday)

    def next_after(self, moment: datetime) -> datetime:
        """The first moment of the schedule that is later than ``moment``, in the same time zone."""
        earliest = moment.replace(microsecond=0) + timedelta(seconds=1)
        # Ends, because ``parse`` refuses schedules without days. The longest wait is for 29 February on
        # one day of the week: 40 years, a few milliseconds.
        day, start = earliest.date(), earliest.time()
        while True:
            if self._includes(day) and (found := self._first_time(start)) is not None:
                return datetime.combine(day, found, moment.tzinfo)
            day, start = day + timedelta(days=1), time.min

    def _includes(self, day: date) -> bool:
        return day.day in self.days and day.month in self.months and day.isoweekday() % 7 in self.weekdays

    def _first_time(self, start: time) -> time | None:
        for hour in self.hours:
            if hour < start.hour:
                continue
            for minute in self.minutes:
                if (hour, minute) < (start.hour, start.minute):
                    continue
                for second in self.seconds:
                    if (hour, minute, second) >= (start.hour, start.minute, start.second):
                        return time(hour, minute, second)
        return None
