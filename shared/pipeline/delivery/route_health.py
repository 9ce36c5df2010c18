"""Notes how routes are doing. What cannot be noted is only logged: a card that was sent stays sent."""

import asyncio
import logging
import random
from collections.abc import Callable
from datetime import datetime

from shared.domain.errors import Conflict, Unavailable
from shared.domain.route_status import RouteStatus
from shared.pipeline.delivery.ports import card_routes
from shared.pipeline.services import Services

_MOST_TRIES = 10
_LONGEST_PAUSE_SECONDS = 0.1
_log = logging.getLogger(__name__)


async def change_status(services: Services, route: str, change: Callable[[RouteStatus], RouteStatus]) -> RouteStatus:
    """Apply ``change`` to the status as it is now and return it. Raises what ``change`` raises, and Unavailable."""
    for _ in range(_MOST_TRIES):
        known = await services.route_statuses.get(route)
        changed = change(known.status)
        if changed == known.status:
            return changed
        try:
            await services.route_statuses.put(changed, known.version)
        except Conflict:
            await asyncio.sleep(random.uniform(0, _LONGEST_PAUSE_SECONDS))  # noqa: S311 -- parts writers
        else:
            return changed
    raise Unavailable(f"the status of route {route} changed {_MOST_TRIES} times meanwhile")


async def note_attempt(
    services: Services, route: str, error: Unavailable | None, now: datetime, *, lost: bool = False
) -> None:
    """After a message was sent, or was not. Each card and each message that is given up, ``lost``, counts; of others
    one in some seconds is noted.
    """
    cards = int(error is None and route in card_routes(services.routes))

    def change(status: RouteStatus) -> RouteStatus:
        if not cards and not lost and status.knows(error, now):
            return status
        return status.after_failure(error, now, lost=lost) if error else status.after_success(now, cards)

    try:
        await change_status(services, route, change)
    except Unavailable as reason:
        _log.warning("how a route is doing was not noted", extra={"route": route, "reason": str(reason)})
