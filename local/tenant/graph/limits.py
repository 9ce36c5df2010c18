"""Limits: what a client has used of one, and whether it comes back before it was told to."""

import time
from collections import defaultdict, deque
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_UNDER_WAY = 0.05
"""Seconds in which a request may arrive that was sent before its client could know that it has to wait."""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``most`` (requests or resource units) of one client in any ``seconds``."""

    most: int
    seconds: float


class Window:
    """What each client has used of one limit lately. ``limit`` may be replaced at any time; None lifts it."""

    def __init__(self, limit: Limit | None) -> None:
        self.limit = limit
        self._used: defaultdict[str, deque[tuple[float, int]]] = defaultdict(deque)

    def use(self, client_id: str, units: int) -> float:
        """Take ``units`` and tell the share of the limit that is used now; over 1, the request is refused.

        A refused request counts too, so a client that does not wait stays refused.
        """
        if self.limit is None:
            return 0.0
        used = self._used[client_id]
        now = time.monotonic()
        while used and used[0][0] <= now - self.limit.seconds:
            used.popleft()
        used.append((now, units))
        return sum(taken for _, taken in used) / self.limit.most


class Waits:
    """The times that clients were told to wait, by endpoint."""

    def __init__(self) -> None:
        self._waits: dict[tuple[str, str], tuple[float, float]] = {}

    def tell(self, client_id: str, endpoint: str, retry_after: str) -> None:
        """This client was just told, in seconds or by a date, when to ask this endpoint again."""
        now = time.monotonic()
        if retry_after.isdecimal():
            seconds = float(retry_after)
        else:
            seconds = (parsedate_to_datetime(retry_after) - datetime.now(UTC)).total_seconds()
        self._waits[client_id, endpoint] = (now + _UNDER_WAY, now + seconds)

    def is_early(self, client_id: str, endpoint: str) -> bool:
        """Whether it asks before that."""
        known, until = self._waits.get((client_id, endpoint), (0.0, 0.0))
        return known < time.monotonic() < until
