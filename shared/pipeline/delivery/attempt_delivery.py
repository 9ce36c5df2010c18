"""One attempt to tell a route of an alert: now, a little later, in the next summary, or again after a failure."""

import asyncio
import logging
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from shared.domain.alerts import Alert, Delivery, DeliveryState
from shared.domain.errors import Unavailable
from shared.domain.policy_actions import ACTIONS_ROUTE
from shared.domain.summaries import held_of
from shared.pipeline.backoff import delay_after
from shared.pipeline.delivery.ports import card_routes
from shared.pipeline.remediation.policy_actions import carry_out, give_up
from shared.pipeline.services import Services

_MOST_ATTEMPTS = 30
"""With back-off, about six hours. Then a card is left to the first summary that gets through; a webhook has no such
thing and loses the delivery, which its status counts and health tells.
"""

_log = logging.getLogger(__name__)


class Attempt(Struct, frozen=True, kw_only=True):
    """The delivery after the attempt; ``called``: the route was asked to take it, and ``error`` is what it said."""

    delivery: Delivery
    called: bool
    error: Unavailable | None = None


async def attempt_delivery(services: Services, alert: Alert, delivery: Delivery, now: datetime) -> Attempt:
    """Try once, for the host that has claimed the delivery. The caller records what comes of it.

    A card without a place is put among the held deliveries *before* it is recorded as held. Who dies in between leaves
    a claim that runs out: then it is tried again, and told twice if the summary came first. The other order could lose
    it. May sleep for some seconds until the place comes.
    """
    if delivery.route == ACTIONS_ROUTE:
        return await _act(services, alert, delivery, now)
    # A card shows what its policy says; a host that judges nothing would know the bundled ones alone.
    await services.refresh_rules()
    if delivery.route in card_routes(services.routes):
        place = await services.pace.take(delivery.route, now)
        if place is None:
            await services.held.insert(delivery.route, held_of(alert, delivery))
            return Attempt(delivery=_after(delivery, DeliveryState.HELD), called=False)
        await asyncio.sleep((place - now).total_seconds())
    return await _send(services, alert, delivery, now)


async def _act(services: Services, alert: Alert, delivery: Delivery, now: datetime) -> Attempt:
    """No route is called: whatever comes of it stands in the alert's history."""
    attempted = replace(delivery, attempts=delivery.attempts + 1)
    try:
        await carry_out(services, alert.id, delivery, now)
    except Unavailable as error:
        if attempted.attempts < _MOST_ATTEMPTS:
            again = _after(attempted, DeliveryState.PENDING, str(error))
            delayed = replace(again, not_before=now + delay_after(attempted.attempts, error))
            return Attempt(delivery=delayed, called=False)
        await give_up(services, alert, delivery, str(error), now)
        return Attempt(delivery=_after(attempted, DeliveryState.FAILED, str(error)), called=False)
    done = replace(_after(attempted, DeliveryState.SENT), sent_date_time=now)
    return Attempt(delivery=done, called=False)


async def _send(services: Services, alert: Alert, delivery: Delivery, now: datetime) -> Attempt:
    route = services.routes.get(delivery.route)
    attempted = replace(delivery, attempts=delivery.attempts + 1)
    if route is None:
        failed = _after(attempted, DeliveryState.FAILED, "this route is no longer configured")
        return Attempt(delivery=failed, called=False)
    try:
        await route.send(alert, delivery)
    except Unavailable as error:
        _log.warning("delivery failed", extra={"route": delivery.route, "alert": alert.id, "reason": str(error)})
        return Attempt(delivery=await _after_failure(services, alert, attempted, error, now), called=True, error=error)
    return Attempt(delivery=replace(_after(attempted, DeliveryState.SENT), sent_date_time=now), called=True)


async def _after_failure(
    services: Services, alert: Alert, attempted: Delivery, error: Unavailable, now: datetime
) -> Delivery:
    if attempted.attempts < _MOST_ATTEMPTS:
        again = _after(attempted, DeliveryState.PENDING, str(error))
        return replace(again, not_before=now + delay_after(attempted.attempts, error))
    if attempted.route not in card_routes(services.routes):
        return _after(attempted, DeliveryState.FAILED, str(error))
    await services.held.insert(attempted.route, held_of(alert, attempted))
    return _after(attempted, DeliveryState.HELD, str(error))


def _after(delivery: Delivery, state: DeliveryState, error: str | None = None) -> Delivery:
    return replace(delivery, state=state, claimed_until=None, not_before=None, last_error=error)
