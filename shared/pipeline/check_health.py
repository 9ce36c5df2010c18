"""Is all well? The few facts that tell an operator where to look first."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from shared.domain.errors import Unavailable
from shared.domain.ledger import SourceCoverage
from shared.domain.messages import QueueDepth
from shared.domain.probes import ProbeOutcome, ProbeResult
from shared.pipeline.access import Access
from shared.pipeline.services import Services

_LONGEST_WAIT = timedelta(minutes=15)
_OLDEST_PROBE = timedelta(hours=3)
"""Probes are hourly: two in a row may be inconclusive."""


class Check(Struct, frozen=True, kw_only=True):
    name: str
    healthy: bool
    detail: str


async def check_health(services: Services, access: Access, now: datetime) -> tuple[Check, ...]:
    """Storage, what waits to be judged, and our own guard. Never raises Unavailable: that is an answer too."""
    try:
        sources = await services.ledger.coverage(now, hours=1)
        probe = await access.gate.last(now)
        depths = await services.queue.depths()
        await services.archive.check()
    except Unavailable as error:
        return (Check(name="storage", healthy=False, detail=str(error)),)
    return (
        Check(name="storage", healthy=True, detail="reachable"),
        _evaluation(sources, now),
        _poison(depths),
        _authentication(probe, now),
    )


def _evaluation(sources: Sequence[SourceCoverage], now: datetime) -> Check:
    waiting = sum(source.waiting for source in sources)
    oldest = min((source.oldest_waiting for source in sources if source.oldest_waiting), default=now)
    detail = f"{waiting} chunks wait, the oldest since {oldest.isoformat()}" if waiting else "nothing waits"
    return Check(name="evaluation", healthy=now - oldest <= _LONGEST_WAIT, detail=detail)


def _poison(depths: Sequence[QueueDepth]) -> Check:
    """A message that could never be handled is a bug or tampering: an operator has to look."""
    held = [f"{depth.poison} in {depth.queue}-poison" for depth in depths if depth.poison]
    return Check(name="messages", healthy=not held, detail=", ".join(held) or "none could not be handled")


def _authentication(probe: ProbeResult | None, now: datetime) -> Check:
    if probe is None:
        return Check(name="authentication", healthy=True, detail="not probed yet")
    healthy = probe.outcome is ProbeOutcome.REFUSED and now - probe.time <= _OLDEST_PROBE
    return Check(
        name="authentication",
        healthy=healthy,
        detail=f"a forged identity was {probe.outcome} at {probe.time.isoformat()}",
    )
