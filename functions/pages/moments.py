"""How times look on a page: in UTC, and how long ago they were when the page was made."""

from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

_ELEMENT = Markup('<time datetime="{exact}" data-relative title="{shown}">{shown} <span>({relative})</span></time>')


class _Unit(NamedTuple):
    """``used_from`` is the shortest distance that is told in this unit."""

    name: str
    length: timedelta
    used_from: timedelta


_YEAR, _MONTH, _DAY = timedelta(days=365), timedelta(days=30), timedelta(days=1)
_HOUR, _MINUTE = timedelta(hours=1), timedelta(minutes=1)
_UNITS: Final = (
    # "In 1 year" would say little of a credential that ends in 23 months.
    _Unit("year", _YEAR, 2 * _YEAR),
    _Unit("month", _MONTH, _MONTH),
    _Unit("day", _DAY, _DAY),
    _Unit("hour", _HOUR, _HOUR),
    _Unit("minute", _MINUTE, _MINUTE),
)


@pass_context
def moment(context: Context, value: datetime) -> Markup:
    """To the minute."""
    return _shown(value, "%H:%M", context["now"])


@pass_context
def exact_moment(context: Context, value: datetime) -> Markup:
    """To the second, where the order of things counts."""
    return _shown(value, "%H:%M:%S", context["now"])


def _shown(value: datetime, clock: str, now: datetime) -> Markup:
    utc = value.astimezone(UTC)
    return _ELEMENT.format(
        exact=utc.isoformat(timespec="seconds").replace("+00:00", "Z"),
        shown=f"{utc.day} {utc:%b %Y, {clock}} UTC",
        relative=relative(value, now),
    )


def relative(value: datetime, now: datetime) -> str:
    """``3 hours ago``, ``in 2 days``, in the largest unit that fits."""
    distance = now - value
    size = abs(distance)
    for name, length, used_from in _UNITS:
        if size >= used_from:
            count = size // length
            plural = f"{count} {name}{'' if count == 1 else 's'}"
            return f"{plural} ago" if distance > timedelta(0) else f"in {plural}"
    return "now"
