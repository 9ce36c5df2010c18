"""TimeSpan texts (``00:05:00``), as host.json and timer schedules write durations."""

import re
from datetime import timedelta

_TIMESPAN = re.compile(r"(?:(\d+)\.)?(\d{1,2}):([0-5]?\d):([0-5]?\d(?:\.\d{1,7})?)")


def parse_timespan(text: str) -> timedelta:
    """Read ``[days.]hours:minutes:seconds[.fraction]``. Raises ValueError."""
    found = _TIMESPAN.fullmatch(text.strip())
    # .NET reads 24:00:00 as 24 days, which nobody means: a day is 1.00:00:00.
    if found is None or int(found[2]) > 23:
        raise ValueError(f"{text!r} is not a TimeSpan like 00:05:00 (a day is 1.00:00:00)")
    return timedelta(days=int(found[1] or 0), hours=int(found[2]), minutes=int(found[3]), seconds=float(found[4]))
