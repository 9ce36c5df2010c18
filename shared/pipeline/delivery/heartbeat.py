"""A card a day on each route that people read, so that somebody can say whether cards arrive at all.

Order: take the turn, send, note that it was sent. A process that dies in between leaves a turn that runs out, and the
card is sent again under the same number.
"""

import logging
from datetime import datetime, timedelta

from msgspec.structs import replace

from shared.domain.errors import Unavailable
from shared.domain.roles import Caller
from shared.domain.route_status import HEARTBEAT_EVERY, Heartbeat, RouteStatus
from shared.pipeline.backoff import delay_after
from shared.pipeline.delivery.ports import CardRoute, card_routes
from shared.pipeline.delivery.route_health import change_status
from shared.pipeline.services import Services

_TURN = timedelta(minutes=3)
_EARLY = timedelta(minutes=10)
"""Timers come a little early or late; without this the hour of the card would wander."""
_log = logging.getLogger(__name__)


class UnknownHeartbeat(Exception):
    """No such route has sent a heartbeat of this number."""


class _NotDue(Exception):
    """It went out less than a day ago, or another host sends it, or it failed a moment ago."""


async def send_heartbeats(services: Services, now: datetime) -> None:
    """Send the heartbeats that are due. A route that fails keeps no other from its own."""
    for name, route in card_routes(services.routes).items():
        try:
            await _send(services, name, route, now)
        except _NotDue:
            continue
        except Unavailable as error:
            _log.warning("a heartbeat failed", extra={"route": name, "reason": str(error)})


async def confirm_heartbeat(services: Services, route: str, number: int, caller: Caller, now: datetime) -> RouteStatus:
    """Somebody saw the card arrive. Confirming an older one, or one again, changes nothing. Raises UnknownHeartbeat."""
    _refuse_unknown_route(services, route)

    def confirm(status: RouteStatus) -> RouteStatus:
        _refuse_unknown_number(status, number)
        if number <= status.confirmed_heartbeat:
            return status
        return replace(status, confirmed_heartbeat=number, confirmed_date_time=now, confirmed_by=caller.name)

    return await change_status(services, route, confirm)


async def find_heartbeat(services: Services, route: str, number: int) -> None:
    """Raises UnknownHeartbeat."""
    _refuse_unknown_route(services, route)
    _refuse_unknown_number((await services.route_statuses.get(route)).status, number)


def _refuse_unknown_route(services: Services, route: str) -> None:
    if route not in card_routes(services.routes):
        raise UnknownHeartbeat


def _refuse_unknown_number(status: RouteStatus, number: int) -> None:
    # A card may be there before it is noted that it was sent.
    if not 1 <= number <= status.heartbeats + (status.heartbeat_until is not None):
        raise UnknownHeartbeat


async def _send(services: Services, name: str, route: CardRoute, now: datetime) -> None:
    status = await change_status(services, name, lambda status: _with_turn(status, now))
    heartbeat = Heartbeat(
        route=name,
        number=status.heartbeats + 1,
        cards=status.cards,
        since=status.last_heartbeat,
        next=now + HEARTBEAT_EVERY,
    )
    try:
        await route.send_heartbeat(heartbeat)
    except Unavailable as failure:
        error = failure
        await change_status(services, name, lambda status: _failed(status, error, now))
        raise
    await change_status(services, name, lambda status: _sent(status, heartbeat, now))


def _with_turn(status: RouteStatus, now: datetime) -> RouteStatus:
    recent = status.last_heartbeat is not None and now < status.last_heartbeat + HEARTBEAT_EVERY - _EARLY
    if recent or (status.heartbeat_until is not None and status.heartbeat_until > now):
        raise _NotDue
    return replace(status, heartbeat_until=now + _TURN)


def _sent(status: RouteStatus, heartbeat: Heartbeat, now: datetime) -> RouteStatus:
    """Cards that others sent meanwhile belong to the next heartbeat."""
    return replace(
        status.after_success(now, -heartbeat.cards),
        heartbeats=heartbeat.number,
        last_heartbeat=now,
        heartbeat_until=None,
    )


def _failed(status: RouteStatus, error: Unavailable, now: datetime) -> RouteStatus:
    failed = status.after_failure(error, now)
    return replace(failed, heartbeat_until=now + delay_after(failed.failures, error))
