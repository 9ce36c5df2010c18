"""How entries of a history and lines of health read on a page: names without ids, times and links in their place."""

import re
from datetime import datetime
from typing import Final

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from functions.pages.moments import moment
from functions.pages.untrusted import text

_OBJECT_ID = re.compile(r" \([0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\)$")
_REMEDIATION_ID = re.compile(r"\b([0-9a-f]{32}-\d{1,6})\b")
_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:\+00:00|Z))")
_LINK: Final = Markup('<a href="/remediations/{}">{}</a>')


def person(name: str, most: int = 120) -> Markup:
    """A signature without the object id behind the name, which is for certainty and not for reading."""
    return text(_OBJECT_ID.sub("", name), most)


def linked(value: str, named: str = "another remediation") -> Markup:
    """Text of our own in which ids of remediations lead to them, under this name."""
    parts = _REMEDIATION_ID.split(value)
    return Markup("").join(_LINK.format(part, named) if place % 2 else _told(part) for place, part in enumerate(parts))


@pass_context
def timed(context: Context, value: str) -> Markup:
    """Text in which times stand as such. One that no calendar has stays as it is."""
    parts = _TIME.split(value)
    return Markup("").join(
        moment(context, datetime.fromisoformat(part)) if place % 2 and _is_time(part) else _told(part)
        for place, part in enumerate(parts)
    )


def _told(piece: str) -> Markup:
    """Spaces at the ends stay outside of the isolated text, where a browser keeps them."""
    told = piece.strip()
    if not told:
        return Markup(" ") if piece else Markup("")
    before, _, after = piece.partition(told)
    return Markup("{}{}{}").format(before, text(told), after)


def _is_time(written: str) -> bool:
    try:
        datetime.fromisoformat(written)
    except ValueError:
        return False
    return True
