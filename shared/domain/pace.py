"""How fast a route may be sent single cards, so that a storm of alerts neither floods its readers nor is throttled."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct


class Pace(Struct, frozen=True, kw_only=True):
    """At most ``most`` cards in any ``period`` and at least ``gap`` between two. A card waits ``longest_wait`` at most.

    Teams takes four requests a second from one flow, and people read far fewer.
    """

    most: int = 20
    period: timedelta = timedelta(minutes=1)
    gap: timedelta = timedelta(milliseconds=500)
    longest_wait: timedelta = timedelta(seconds=10)

    def place(self, taken: Sequence[datetime], now: datetime) -> datetime | None:
        """When the next card may be sent; None if that is too far away. ``taken`` are earlier places, in order.

        Places are given out ahead of time and in order, so it does not matter whose clock is behind.
        """
        at = max(now, taken[-1] + self.gap) if taken else now
        if len(taken) >= self.most:
            at = max(at, taken[-self.most] + self.period)
        return at if at - now <= self.longest_wait else None

    def kept(self, taken: Sequence[datetime]) -> tuple[datetime, ...]:
        """Of the places that were taken, those that the next one depends on."""
        return tuple(taken[-self.most :])
