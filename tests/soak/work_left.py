"""Whether the service still has work, and finding what the dead left undone."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

from shared.domain.alerts import DeliveryState
from shared.pipeline.services import Services
from shared.pipeline.settle import settle
from shared.pipeline.sweep import sweep

_LATER = timedelta(days=1)
_POLL_SECONDS = 0.05
_SWEEP_SECONDS = 2.0
_LONGEST_WORK_SECONDS = 240.0
_MOST_HOURS = 20


async def has_work(services: Services) -> bool:
    """Whether a chunk waits or an alert is unsettled, deliveries that a dead host had claimed left aside.

    Those are free again two minutes after the claim: see ``let_claims_run_out``.
    """
    async for _ in services.ledger.waiting():
        return True
    return any([not await _is_claimed(services, alert_id) for alert_id in await _unsettled(services)])


async def find_lost_work(services: Services) -> None:
    """Sweep. A message that a dead host had taken stays hidden for ten minutes, so recovery is the sweeper's.

    It waits two minutes before it takes work for lost; here it does not, so that hundreds of deaths fit into a run.
    """
    await sweep(services, datetime.now(UTC) + _LATER, patience=timedelta(0))


async def become_quiet(services: Services) -> None:
    """Wait until the host has no work left, sweeping from time to time."""
    started_at = swept_at = time.monotonic()
    while await has_work(services):
        now = time.monotonic()
        assert now - started_at < _LONGEST_WORK_SECONDS, "work is left that nobody does"
        if now - swept_at > _SWEEP_SECONDS:
            await find_lost_work(services)
            swept_at = now
        await asyncio.sleep(_POLL_SECONDS)


async def let_claims_run_out(services: Services) -> int:
    """Settle what dead hosts had begun to send, as a host does two minutes later; returns how many alerts.

    The clock moves instead of the test waiting. Call it when no host runs.
    """
    left = await _unsettled(services)
    for hours in range(1, _MOST_HOURS):
        for alert_id in await _unsettled(services):
            await settle(services, alert_id, datetime.now(UTC) + timedelta(hours=hours))
    assert await _unsettled(services) == []
    return len(left)


async def _unsettled(services: Services) -> list[str]:
    """The alerts whose lists or deliveries may be incomplete."""
    return [alert_id async for alert_id in services.intents.older_than(datetime.now(UTC) + _LATER)]


async def _is_claimed(services: Services, alert_id: str) -> bool:
    now = datetime.now(UTC)
    return any(
        entry.delivery.state is DeliveryState.PENDING and (entry.delivery.claimed_until or now) > now
        for entry in await services.alerts.deliveries(alert_id)
    )
