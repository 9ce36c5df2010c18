"""What the page of events reads: the filters of the API, with times as a browser's field gives them."""

import re
from typing import Annotated

from pydantic import BeforeValidator, Field

from functions.models.events import EventListParameters
from functions.models.shapes import Moment

_LOCAL = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?", re.ASCII)


def _as_utc(value: object) -> object:
    """A field for a time sends no zone; the form says that it takes UTC."""
    return f"{value}Z" if isinstance(value, str) and _LOCAL.fullmatch(value) else value


_FieldMoment = Annotated[Moment, BeforeValidator(_as_utc)]


class EventsPageParameters(EventListParameters):
    from_: Annotated[_FieldMoment | None, Field(alias="from")] = None
    to: _FieldMoment | None = None
