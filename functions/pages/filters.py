"""How values look on a page: texts of records, times, numbers, and the words of the domain."""

import re
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from functions.pages.sentences import sentence
from functions.pages.untrusted import lines, text
from shared.domain.display import inert
from shared.domain.known import UNKNOWN

_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_ELEMENT = Markup('<time datetime="{exact}" data-relative title="{shown}">{shown} <span>({relative})</span></time>')


def words(value: StrEnum | str) -> str:
    """``inProgress`` as "In progress"."""
    spaced = _HUMP.sub(" ", str(value)).replace("_", " ").lower()
    return spaced[:1].upper() + spaced[1:]


def number(value: float) -> str:
    return f"{value:,}"


def known(value: Any, absent: str = "none") -> Any:
    """A fact that nobody read says so; one that was read and is not there says that instead."""
    if value is UNKNOWN:
        return Markup('<span class="quiet">not known</span>')
    return Markup('<span class="quiet">{}</span>').format(absent) if value is None else value


@pass_context
def moment(context: Context, value: datetime) -> Markup:
    """A time in UTC, and how long ago it was when the page was made."""
    utc = value.astimezone(UTC)
    return _ELEMENT.format(
        exact=utc.isoformat(timespec="seconds").replace("+00:00", "Z"),
        shown=f"{utc.day} {utc:%b %Y, %H:%M} UTC",
        relative=relative(value, context["now"]),
    )


def relative(value: datetime, now: datetime) -> str:
    """``3 hours ago``, ``in 2 days``, in the largest unit that fits."""
    distance = now - value
    size = abs(distance)
    for unit, length in _UNITS.items():
        if size >= length:
            count = size // length
            plural = f"{count} {unit}{'' if count == 1 else 's'}"
            return f"{plural} ago" if distance > timedelta(0) else f"in {plural}"
    return "now"


_UNITS: Final = {
    "year": timedelta(days=365),
    "month": timedelta(days=30),
    "day": timedelta(days=1),
    "hour": timedelta(hours=1),
    "minute": timedelta(minutes=1),
}

FILTERS: Final = {
    "inert": inert,  # where no element can stand: in titles and options
    "text": text,
    "lines": lines,
    "words": words,
    "number": number,
    "known": known,
    "moment": moment,
    "sentence": sentence,
}
