"""How long to wait before trying again: doubling, capped, and never less than the other side asked for."""

from datetime import timedelta

from shared.domain.errors import Unavailable

_FIRST = timedelta(seconds=15)
_LONGEST = timedelta(minutes=15)


def delay_after(attempts: int, error: Exception) -> timedelta:
    """The wait after the ``attempts``-th failure (from 1)."""
    doubled = _FIRST * (1 << min(attempts - 1, 10))
    asked = error.retry_after if isinstance(error, Unavailable) and error.retry_after else timedelta(0)
    return max(min(doubled, _LONGEST), asked)
