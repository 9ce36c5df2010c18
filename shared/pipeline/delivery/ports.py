"""What telling people needs beyond a route: cards, a pace, what waits for a summary, and how each route is doing.

Repetition and errors are as in ``ports.py``.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable

from shared.domain.route_status import Heartbeat, RouteStatus, VersionedRouteStatus
from shared.domain.summaries import HeldDelivery, Summary
from shared.pipeline.ports import Route


@runtime_checkable
class CardRoute(Route, Protocol):
    """A route that people read: its cards are paced and summed up, and it has heartbeats.

    ``send``, too, raises RouteGone where the address no longer takes cards.
    """

    async def send_summary(self, summary: Summary) -> None:
        """Raises Unavailable, of which RouteGone is one kind."""
        ...

    async def send_heartbeat(self, heartbeat: Heartbeat) -> None:
        """Raises Unavailable, of which RouteGone is one kind."""
        ...


def card_routes(routes: Mapping[str, Route]) -> dict[str, CardRoute]:
    """Those of the routes that people read, by name."""
    return {name: route for name, route in routes.items() if isinstance(route, CardRoute)}


class RoutePace(Protocol):
    """Shared by all hosts: together they never send a route more single cards than its pace allows."""

    async def take(self, route: str, now: datetime) -> datetime | None:
        """Take a place and return when to send, seconds ahead at most; None if there is none. Not repeatable."""
        ...


class HeldDeliveries(Protocol):
    """Deliveries that wait for the next summary of their route."""

    async def insert(self, route: str, held: HeldDelivery) -> None: ...

    async def routes(self) -> tuple[str, ...]:
        """Names of the routes for which anything waits, one request each."""
        ...

    async def first(self, route: str, most: int) -> list[HeldDelivery]:
        """The gravest first."""
        ...

    async def remove(self, route: str, held: Sequence[HeldDelivery]) -> None:
        """Removes these and no others; after an error some of them."""
        ...


class RouteStatuses(Protocol):
    async def get(self, route: str) -> VersionedRouteStatus: ...

    async def put(self, status: RouteStatus, version: str | None) -> str:
        """Returns the new version. Raises Conflict if the row moved on, or was made meanwhile."""
        ...
