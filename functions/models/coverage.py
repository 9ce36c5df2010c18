"""What was collected and judged, and so what is missing."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from functions.models.shapes import Parameters, Sent


class CoverageParameters(Parameters):
    hours: Annotated[int, Field(ge=1, le=168, description="How many hours back")] = 24


class HourResource(Sent):
    """Events of one hour by their own time, like ``2026-11-24T13`` (UTC); ``undated`` ones have none."""

    hour: str
    events: int


class SourceResource(Sent):
    """One source. ``rows`` became ``events``, were ``duplicates``, or were ``rejected`` because they cannot be read."""

    source: str
    last_collected: datetime | None
    chunks: int
    waiting: int
    oldest_waiting: datetime | None
    rows: int
    events: int
    duplicates: int
    rejected: int
    not_evaluated: int
    hours: list[HourResource]


class CoverageList(Sent):
    """All sources that the ledger knows."""

    value: list[SourceResource]
