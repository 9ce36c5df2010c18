"""Tells each route at once of the deliveries that had no card of their own: no place, or no try that got through.

What waits for a route that is no longer configured is told by another one that people read, as long as there is one.

Order: take the turn, read, send, remove what was told, give the turn back. Whatever dies, rows go only after a summary
with them was sent, so nothing is lost; what dies between sending and removing is told again. A failed turn is not
given back but ends when the next may be tried, which is the back-off.
"""

import logging
from datetime import datetime, timedelta

from msgspec.structs import replace

from shared.domain.errors import Conflict, Unavailable
from shared.domain.route_status import RouteStatus
from shared.domain.summaries import summary_of
from shared.pipeline.backoff import delay_after
from shared.pipeline.delivery.ports import CardRoute, card_routes
from shared.pipeline.delivery.route_health import change_status
from shared.pipeline.services import Services

_TURN = timedelta(minutes=3)
_MOST_AT_ONCE = 5000
"""Deliveries in one summary: some megabytes and seconds. A card counts what it tells; the rest is for the next one."""

_log = logging.getLogger(__name__)


class _Taken(Exception):
    """Another host sums up this route, or the last attempt failed so recently that it is not time yet."""


async def send_summaries(services: Services, now: datetime, most: int = _MOST_AT_ONCE) -> None:
    """At most one summary for each route, of at most so many. A route that fails keeps no other from being told.

    Raises Unavailable where it cannot be read for which routes anything waits.
    """
    cards = card_routes(services.routes)
    if not cards:
        return
    stand_in = next(iter(cards.values()))
    for name in await services.held.routes():
        route = cards.get(name, stand_in)
        try:
            await _sum_up(services, name, route, now, most)
        except _Taken:
            continue
        except (Conflict, Unavailable) as error:
            _log.warning("a summary failed", extra={"route": name, "reason": str(error)})


async def _sum_up(services: Services, name: str, route: CardRoute, now: datetime, most: int) -> None:
    """``name`` is that under which deliveries wait; it has its own turn, whichever route tells of them."""
    await change_status(services, name, lambda status: _with_turn(status, now))
    held = await services.held.first(name, most + 1)
    told = held[:most]
    if not told:
        return  # Another host was faster. The turn runs out by itself.
    try:
        await route.send_summary(summary_of(told, more=len(held) > len(told)))
    except Unavailable as error:
        await _note_failure(services, name, error, now)
        raise
    await services.held.remove(name, told)
    await change_status(services, name, lambda status: replace(status.after_success(now, 1), summary_until=None))
    if route.name != name:
        await change_status(services, route.name, lambda status: status.after_success(now, 1))


async def _note_failure(services: Services, name: str, error: Unavailable, now: datetime) -> None:
    def change(status: RouteStatus) -> RouteStatus:
        failed = status.after_failure(error, now)
        return replace(failed, summary_until=now + delay_after(failed.failures, error))

    await change_status(services, name, change)


def _with_turn(status: RouteStatus, now: datetime) -> RouteStatus:
    if status.summary_until is not None and status.summary_until > now:
        raise _Taken
    return replace(status, summary_until=now + _TURN)
