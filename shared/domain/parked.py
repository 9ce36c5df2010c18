"""Parked events: those whose app is not known yet. They are judged when it arrives, or after an hour without it."""

from datetime import datetime, timedelta

from msgspec import Struct

from shared.domain.events import Event

PATIENCE = timedelta(hours=1)


class ParkedEvent(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """One event of a chunk as the archive holds it, and since when it waits.

    ``collected`` is its chunk's: with the event it names the row, so that a chunk judged twice parks nothing twice.
    """

    source: str
    sequence: int
    collected: datetime
    since: datetime
    event: Event

    def is_overdue(self, now: datetime) -> bool:
        """A time far ahead was noted by a clock that has been put right since."""
        return abs(now - self.since) >= PATIENCE
