"""Times of records, all UTC."""

import re
from datetime import UTC, datetime, timedelta

from shared.sources.errors import RecordError
from shared.sources.fields import Fields

_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)?", re.ASCII)
_DATE = re.compile(r"/Date\((\d{1,15})\)/", re.ASCII)
"""Milliseconds since 1970, as Windows PowerShell writes a time into JSON."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def time_of(fields: Fields, *names: str) -> datetime | None:
    """The time in the first of these fields that is there; None if none is.

    Seen on the wire: two to seven fractional digits (more than six are cut off), ``Z``, ``+00:00``, and in the unified
    audit log no zone at all, which means UTC. Raises RecordError for a value that is not a time.
    """
    for name in names:
        value = fields.get(name)
        if value is None or value == "":
            continue
        if not isinstance(value, str):
            raise RecordError(f"{name} is not a time")
        try:
            if serialised := _DATE.fullmatch(value):
                return _EPOCH + timedelta(milliseconds=int(serialised[1]))
            if not _TIME.fullmatch(value):
                raise RecordError(f"{name} is not a time")
            moment = datetime.fromisoformat(value)
            return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        except (ValueError, OverflowError):
            raise RecordError(f"{name} is not a time") from None
    return None
