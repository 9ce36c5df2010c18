"""Finds what a crash or a lost message left undone, and hints again. The ledger and the intents are the truth."""

from datetime import datetime, timedelta

from msgspec import Struct

from shared.pipeline.collection.park import judge_parked
from shared.pipeline.remediation.expire_remediations import expire_remediations
from shared.pipeline.remediation.services import RemediationServices
from shared.pipeline.services import Services

_PATIENCE = timedelta(minutes=2)
"""Work younger than this is on its way. A hint too many does no harm: work is idempotent."""
_MOST_HINTS = 2000


class Swept(Struct, frozen=True, kw_only=True):
    chunks: int
    alerts: int
    parked: int


async def sweep(services: Services, now: datetime, patience: timedelta = _PATIENCE) -> Swept:
    """Send again what is collected but not evaluated, and alerts that were written but not settled.

    Parked events are judged here and now, after all hints: they are few, and nothing else tells when their app arrives.
    """
    chunks = alerts = 0
    async for chunk in services.ledger.waiting():
        due = chunk.not_before or ((chunk.collected or now) + patience)
        if due <= now and chunks < _MOST_HINTS:
            await services.queue.evaluate(chunk.source, chunk.sequence)
            chunks += 1
    async for alert_id in services.intents.older_than(now - patience):
        if alerts == _MOST_HINTS:
            break
        await services.queue.settle(alert_id)
        alerts += 1
    return Swept(chunks=chunks, alerts=alerts, parked=await judge_parked(services, now))


async def sweep_remediations(services: RemediationServices, now: datetime, patience: timedelta = _PATIENCE) -> int:
    """Hint again at remediations that are not finished, but end what has expired; returns how many are left."""
    await expire_remediations(services, now)
    unfinished = await services.remediation_list.unfinished(now - patience)
    for remediation_id in unfinished:
        await services.queue.remediate(remediation_id)
    return len(unfinished)
