"""How long to wait before a request is repeated: never less than Graph asked for."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from shared.domain.errors import Unavailable
from shared.graph.limits import Limits

_LONGEST = timedelta(days=1)
"""More than that is taken for a mistake: the collector would stand still."""


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """What ``Retry-After`` asks for, in seconds or as a date; None where it is absent or senseless.

    A date is counted from the answer's own ``Date``, so that a wrong clock on either side does no harm; from ``now``
    where there is none. ``headers`` have lower-case names or take any.
    """
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        # Compared by length first: Python refuses to read thousands of digits.
        return _LONGEST if len(value) > 9 else min(timedelta(seconds=int(value)), _LONGEST)
    until = _date(value)
    if until is None:
        return None
    return min(max(until - (_date(headers.get("date", "")) or now), timedelta(0)), _LONGEST)


def _date(value: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


async def patiently[T](attempt: Callable[[], Awaitable[T]], limits: Limits) -> T:
    """Repeat ``attempt`` while it raises Unavailable, after growing, random waits; at last raise what it raised.

    For reads, and within ``limits``: no try begins later than ``patience_seconds`` after the first, so a wait that is
    asked for and longer is raised at once, for the caller to keep to.
    """
    clock = asyncio.get_running_loop().time
    last_start = clock() + limits.patience_seconds
    for tried in range(1, limits.tries):
        try:
            return await attempt()
        except Unavailable as error:
            wait = _pause(tried, error.retry_after, limits.first_pause_seconds)
            if clock() + wait > last_start:
                raise
        await asyncio.sleep(wait)
    return await attempt()


def _pause(tried: int, asked: timedelta | None, first_seconds: float) -> float:
    """Seconds. Spread at random, upwards only from what was asked for: an early repeat counts against the quota."""
    spread = random.random()  # noqa: S311 -- spreads load, keeps no secret
    if asked is not None:
        return asked.total_seconds() + first_seconds * spread
    return first_seconds * (1 << tried - 1) * (1 + spread) / 2
