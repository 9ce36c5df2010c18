"""Text that somebody outside may have written, as markup that cannot do anything."""

from markupsafe import Markup

from shared.domain.display import inert

_MOST_LINES = 200


def text(value: object, most: int = 300) -> Markup:
    """One line, with nothing in it hidden, and kept apart in direction from what stands around it."""
    return Markup("<bdi>{}</bdi>").format(inert(str(value), most))


def lines(value: str) -> Markup:
    """Text of several lines, as people write comments."""
    return Markup("<br>").join(text(line, 4000) for line in value.splitlines()[:_MOST_LINES])
