"""After an alert was written: make the lists show it, and tell the routes that want to know.

An intent stands from before the alert was written until all of this is done, so whatever a crash leaves undone is
found by the sweeper. Both steps read the alert as it is now: settling twice, late or out of order does no harm.
"""

from datetime import datetime, timedelta

from msgspec.structs import replace

from shared.domain.alert_series import VersionedDelivery
from shared.domain.alerts import Alert, DeliveryState
from shared.domain.errors import Conflict, Unavailable
from shared.pipeline.delivery.attempt_delivery import attempt_delivery
from shared.pipeline.delivery.route_health import note_attempt
from shared.pipeline.services import Services

_CLAIM = timedelta(minutes=2)
"""How long one host may take to send; past it the delivery is free again."""
_LEFT_ALONE = timedelta(minutes=15)


async def settle(services: Services, alert_id: str, now: datetime) -> None:
    """Project the alert to the lists and send what is due. Raises Unavailable when storage is, and the unforeseen.

    While a delivery is pending the intent stays, so that the sweeper keeps coming back to it. What nobody foresaw
    goes to the poison queue by the tries of the host; the sweeper then leaves the alert alone for a while, or its
    hints would go there too, every minute.
    """
    try:
        await _settle(services, alert_id, now)
    except (Unavailable, Conflict):
        raise
    except Exception:
        await services.intents.open(alert_id, now + _LEFT_ALONE)
        raise


async def _settle(services: Services, alert_id: str, now: datetime) -> None:
    intent = await services.intents.version(alert_id)
    current = await services.alerts.get(alert_id)
    if current is not None:
        await services.alert_list.project(current.alert, current.etag)
        entries = await services.alerts.deliveries(alert_id)
        states = [await _deliver(services, current.alert, entry, now) for entry in entries]
        if DeliveryState.PENDING in states:
            return
    if intent is not None:
        await services.intents.close(alert_id, intent)


async def _deliver(services: Services, alert: Alert, entry: VersionedDelivery, now: datetime) -> DeliveryState:
    """Send one delivery if it is due and nobody else is sending it; returns how it stands then.

    Only the attempt that failed asks for the next one: hints that come too early leave none behind, so an outage
    does not pile them up.
    """
    delivery = entry.delivery
    due = max(filter(None, (delivery.not_before, delivery.claimed_until)), default=now)
    if delivery.state is not DeliveryState.PENDING or due > now:
        return delivery.state
    claimed = replace(delivery, claimed_until=now + _CLAIM)
    try:
        version = await services.alerts.record_delivery(alert.id, claimed, entry.version)
        attempt = await attempt_delivery(services, alert, claimed, now)
        await services.alerts.record_delivery(alert.id, attempt.delivery, version)
    except Conflict:
        # Another host claimed it first, or this one was so slow that its claim ran out: the other one records it.
        return DeliveryState.PENDING
    if attempt.delivery.not_before is not None:
        await services.queue.settle(alert.id, attempt.delivery.not_before - now)
    if attempt.called:
        lost = attempt.delivery.state is DeliveryState.FAILED
        await note_attempt(services, delivery.route, attempt.error, now, lost=lost)
    return attempt.delivery.state
