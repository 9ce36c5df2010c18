"""Whether the service still has work, and finding what the dead left undone."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

from shared.bootstrap import Application
from shared.domain.alerts import DeliveryState
from shared.pipeline.delivery.settle import settle
from shared.pipeline.operation.sweep import sweep, sweep_remediations
from shared.pipeline.remediation.remediate import remediate
from shared.pipeline.services import Services
from shared.storage.filters import Filter
from shared.storage.rows import version_of

_LATER = timedelta(days=1)
_POLL_SECONDS = 0.05
_SWEEP_SECONDS = 2.0
_LONGEST_WORK_SECONDS = 240.0
_MOST_HOURS = 20
_MOST_VISITS = 50
_MOMENT = timedelta(seconds=1)


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
    await sweep_remediations(services, datetime.now(UTC) + _LATER, patience=timedelta(0))


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


async def forget_claims_of_the_dead(application: Application) -> None:
    """As time does: a run of a collector stays claimed for minutes after its host died, and so does a remediation.

    The clock moves instead of the test waiting. Call it when no host runs.
    """
    services = application.services
    table = await application.connection.table("claims")
    async for row in table.query(Filter().where("PartitionKey", "gt", "")):
        await table.delete(row["PartitionKey"], row["RowKey"], version_of(row))
    for remediation_id in await services.remediation_list.unfinished(datetime.now(UTC)):
        await _finish_if_claimed(services, remediation_id)


async def _finish_if_claimed(services: Services, remediation_id: str) -> None:
    """Each visit names the time of the next, which would be minutes ahead of the hosts' clock: so all are made here."""
    current, now = await services.remediations.get(remediation_id), datetime.now(UTC)
    if current is None or current.remediation.claimed_until is None:
        return
    for _ in range(_MOST_VISITS):
        if current is None or current.remediation.is_finished:
            return
        remediation = current.remediation
        now = max(filter(None, (now, remediation.claimed_until, remediation.not_before))) + _MOMENT
        await remediate(services, remediation_id, now)
        current = await services.remediations.get(remediation_id)
    raise AssertionError(f"not finished after {_MOST_VISITS} visits")
