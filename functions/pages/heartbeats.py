"""What the two functions of a heartbeat read."""

from functions.models.problems import ProblemKind
from functions.models.shapes import Parameters
from functions.problems import RequestRefused

_MOST_DIGITS = 9


class HeartbeatParameters(Parameters):
    """``confirmed`` tells whoever comes from the form that it is done."""

    confirmed: bool = False


def number_of(text: str) -> int:
    """Raises RequestRefused for what is no number of a heartbeat."""
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise unknown_heartbeat()
    return int(text)


def unknown_heartbeat() -> RequestRefused:
    return RequestRefused(ProblemKind.NOT_FOUND, "No card of this number was sent there.")
