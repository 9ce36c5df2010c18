"""The three kinds of models, and the types they share."""

import re
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel

_ISO_WITH_ZONE = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?([Zz]|[+-]\d{2}:\d{2})", re.ASCII)


class Parameters(BaseModel):
    """What a caller writes into the query. A parameter that is not known is an error that names it, never ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=to_camel)


class Body(BaseModel):
    """What a caller sends as JSON. Strict: no number for text, no text for a number, no unknown member."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=to_camel, strict=True)


class Sent(BaseModel):
    """What a caller gets. Built from the domain's own values by ``from_attributes`` where the names are the same."""

    model_config = ConfigDict(
        frozen=True,
        from_attributes=True,
        alias_generator=to_camel,
        validate_by_name=True,
        serialize_by_alias=True,
    )


class NoParameters(Parameters):
    """A route that takes no query parameters."""


class NoBody(Body):
    """A route that reads no body."""


class PageParameters(Parameters):
    """Which page of a list: ``cursor`` is taken from the ``nextLink`` of the page before."""

    top: Annotated[int, Field(ge=1, le=200, description="Most items on the page")] = 50
    cursor: Annotated[str, StringConstraints(min_length=1, max_length=4096)] | None = None


def listed(value: object) -> object:
    """Several values of one parameter, joined by commas."""
    return value.split(",") if isinstance(value, str) else value


def _with_zone(value: object) -> object:
    # Numbers would pass as seconds since 1970, and a time without a zone means another moment to each reader.
    if not isinstance(value, str) or not _ISO_WITH_ZONE.fullmatch(value):
        raise ValueError("write a time as 2026-11-24T13:00:00Z, with its zone")
    return value


def _utc(value: datetime) -> datetime:
    # Neither a conversion to UTC nor a table key can leave what they can hold.
    if not 1970 <= value.year <= 9000:
        raise ValueError("the year must lie between 1970 and 9000")
    return value.astimezone(UTC)


# Not strict: to a strict model a text is no datetime once a validator of ours has held it.
Moment = Annotated[AwareDatetime, Field(strict=False), BeforeValidator(_with_zone), AfterValidator(_utc)]
"""A moment as ISO 8601 with a zone; UTC once read."""

ShortText = Annotated[str, StringConstraints(min_length=1, max_length=256, pattern=r"^[^\x00-\x1f\x7f]+$")]
"""One line."""
