"""How values look on a page: texts of records, numbers, and the words of the domain; times are in ``moments.py``."""

from datetime import UTC, datetime
from typing import Any, Final

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from functions.pages.app_views import api_name, trait_name
from functions.pages.inventory_parts import part_name, progress_of
from functions.pages.moments import exact_moment, moment, relative
from functions.pages.sentences import sentence
from functions.pages.trail import linked, person, timed
from functions.pages.untrusted import lines, text
from functions.pages.wording import size, words
from shared.domain.display import inert, shown_name
from shared.domain.known import UNKNOWN
from shared.domain.look_alikes import look_alike_note


def number(value: float) -> str:
    return f"{value:,}"


@pass_context
def day(context: Context, value: datetime) -> Markup:
    """A moment by its day, where many stand below each other; whoever wants the hour finds it in the title."""
    utc = value.astimezone(UTC)
    return Markup('<time datetime="{}" data-relative title="{}">{} <span>({})</span></time>').format(
        utc.isoformat(timespec="seconds").replace("+00:00", "Z"),
        f"{utc:%H:%M} UTC",
        f"{utc.day} {utc:%b %Y}",
        relative(value, context["now"]),
    )


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
    "size": size,
    "trait": trait_name,
    "part": part_name,
    "progress": progress_of,
    "api": api_name,
    "known": known,
    "day": day,
    "moment": moment,
    "exact_moment": exact_moment,
    "timed": timed,
    "person": person,
    "linked": linked,
    "sentence": sentence,
    "shown_name": shown_name,
    "look_alikes": look_alike_note,
}
