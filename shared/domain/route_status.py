"""How a route is doing: what the last attempts came to, and whether anybody has seen its cards arrive.

Microsoft's flow takes a card before it posts it and never tells what came of that. So a card that was taken says
little; only a person who confirms a heartbeat says that cards arrive.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from shared.domain.errors import Unavailable

FAILING_AFTER = timedelta(minutes=15)
"""Of failures without a success: shorter ones mend themselves and are no news."""
HEARTBEAT_EVERY = timedelta(days=1)
HEARTBEAT_PATIENCE = 3
"""Heartbeats that may go out after the last confirmed one before the route counts as unconfirmed: three days."""
_SAME_NEWS = timedelta(seconds=10)


class RouteGone(Unavailable):
    """There is nobody at the address any more, or it no longer takes our signature: an operator has to look."""


class RouteHealth(StrEnum):
    OK = "ok"
    FAILING = "failing"
    GONE = "gone"
    UNCONFIRMED = "unconfirmed"


class RouteStatus(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """One route. ``last_error`` is free of secrets; ``failing_since`` is the first failure since the last success.

    ``cards`` counts single cards and summaries since the last heartbeat; it may be one short for each process that
    died right after it had sent one. ``lost`` counts messages that were given up for good, ever. ``summary_until`` and
    ``heartbeat_until`` keep two hosts from sending the same.
    """

    route: str
    last_success: datetime | None = None
    last_failure: datetime | None = None
    last_error: str | None = None
    failing_since: datetime | None = None
    failures: int = 0
    gone: bool = False
    lost: int = 0
    cards: int = 0
    summary_until: datetime | None = None
    heartbeat_until: datetime | None = None
    heartbeats: int = 0
    last_heartbeat: datetime | None = None
    confirmed_heartbeat: int = 0
    confirmed_date_time: datetime | None = None
    confirmed_by: str | None = None

    def after_success(self, now: datetime, cards: int) -> "RouteStatus":
        return replace(
            self,
            last_success=now,
            last_error=None,
            failing_since=None,
            failures=0,
            gone=False,
            cards=self.cards + cards,
        )

    def after_failure(self, error: Unavailable, now: datetime, *, lost: bool = False) -> "RouteStatus":
        return replace(
            self,
            last_failure=now,
            last_error=str(error),
            failing_since=self.failing_since or now,
            failures=self.failures + 1,
            lost=self.lost + lost,
            gone=isinstance(error, RouteGone),
        )

    def knows(self, error: Unavailable | None, now: datetime) -> bool:
        """Whether the same was noted moments ago, so that it need not be noted for each of a thousand messages."""
        last = self.last_failure if error else self.last_success
        same = (self.failures > 0) == (error is not None) and self.last_error == (str(error) if error else None)
        return same and last is not None and now - last < _SAME_NEWS

    def health(self, now: datetime) -> RouteHealth:
        if self.gone:
            return RouteHealth.GONE
        if self.failing_since is not None and now - self.failing_since >= FAILING_AFTER:
            return RouteHealth.FAILING
        # Nobody has to confirm the first heartbeat before the fourth has gone out.
        if self.heartbeats - max(self.confirmed_heartbeat, 1) >= HEARTBEAT_PATIENCE:
            return RouteHealth.UNCONFIRMED
        return RouteHealth.OK


class VersionedRouteStatus(Struct, frozen=True, kw_only=True):
    """``version`` is None for a route of which nothing is known yet."""

    status: RouteStatus
    version: str | None


class Heartbeat(Struct, frozen=True, kw_only=True):
    """One heartbeat card: its number from 1, the cards since the last one, and when the next is due."""

    route: str
    number: int
    cards: int
    since: datetime | None
    next: datetime
