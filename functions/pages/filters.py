"""How values look on a page: texts of records, numbers, and the words of the domain; times are in ``moments.py``."""

import re
from enum import StrEnum
from typing import Any, Final

from markupsafe import Markup

from functions.pages.moments import exact_moment, moment
from functions.pages.sentences import sentence
from functions.pages.trail import linked, person, timed
from functions.pages.untrusted import lines, text
from shared.domain.display import inert, shown_name
from shared.domain.known import UNKNOWN
from shared.domain.look_alikes import look_alike_note

_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")


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


FILTERS: Final = {
    "inert": inert,  # where no element can stand: in titles and options
    "text": text,
    "lines": lines,
    "words": words,
    "number": number,
    "known": known,
    "moment": moment,
    "exact_moment": exact_moment,
    "timed": timed,
    "person": person,
    "linked": linked,
    "sentence": sentence,
    "shown_name": shown_name,
    "look_alikes": look_alike_note,
}
