"""Is all well? The few facts that tell an operator where to look first; what is not well becomes an alert.

Health, the dashboard and the operator's alerts are told by these checks and nothing else, so they never disagree.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from shared.domain.built_in import OperatorKind
from shared.domain.errors import Unavailable
from shared.domain.ledger import SourceCoverage
from shared.domain.messages import QueueDepth
from shared.domain.probes import ProbeOutcome, ProbeResult
from shared.domain.route_status import RouteHealth, RouteStatus
from shared.pipeline.access import Access
from shared.pipeline.delivery.ports import card_routes
from shared.pipeline.operation.check_policies import check_policies
from shared.pipeline.operation.check_sources import check_sources
from shared.pipeline.operation.health_checks import Check, unwell
from shared.pipeline.remediation.health import check_remediations
from shared.pipeline.services import Services

_LONGEST_WAIT = timedelta(minutes=15)
_OLDEST_PROBE = timedelta(hours=3)
"""Probes are hourly: two in a row may be inconclusive."""

_KINDS_OF_ROUTES = {
    RouteHealth.FAILING: OperatorKind.ROUTE_DEAD,
    RouteHealth.GONE: OperatorKind.ROUTE_DEAD,
    RouteHealth.UNCONFIRMED: OperatorKind.ROUTE_UNCONFIRMED,
}


async def check_health(services: Services, access: Access, now: datetime) -> tuple[Check, ...]:
    """Never raises Unavailable: that is an answer too."""
    try:
        coverage = await services.ledger.coverage(now, hours=1)
        sources = await check_sources(services, now)
        probe = await access.gate.last(now)
        depths = await services.queue.depths()
        statuses = [(await services.route_statuses.get(name)).status for name in services.routes]
        remediations = await check_remediations(services, now)
        policies = await check_policies(services)
        await services.archive.check()
    except Unavailable as error:
        return (Check(name="storage", detail=str(error), reachable=False),)
    return (
        Check(name="storage", detail="reachable"),
        *sources,
        _evaluation(coverage, now),
        *map(_messages, depths),
        *(_route(status, now, takes_cards=status.route in card_routes(services.routes)) for status in statuses),
        *remediations,
        *policies,
        _authentication(probe, now),
    )


def _evaluation(sources: Sequence[SourceCoverage], now: datetime) -> Check:
    waiting = sum(source.waiting for source in sources)
    oldest = min((source.oldest_waiting for source in sources if source.oldest_waiting), default=now)
    detail = (
        f"{waiting} chunk{'s wait' if waiting != 1 else ' waits'}, the oldest since {oldest.isoformat()}"
        if waiting
        else "nothing waits"
    )
    if now - oldest <= _LONGEST_WAIT:
        return Check(name="evaluation", detail=detail)
    return unwell("evaluation", OperatorKind.EVALUATION_LATE, "evaluation", detail)


def _messages(depth: QueueDepth) -> Check:
    """A message that could never be handled is a bug or tampering: an operator has to look."""
    name = f"messages {depth.queue}"
    if not depth.poison:
        return Check(name=name, detail="all can be handled")
    return unwell(name, OperatorKind.MESSAGE_POISONED, depth.queue, f"{depth.poison} in {depth.queue}-poison")


def _route(status: RouteStatus, now: datetime, *, takes_cards: bool) -> Check:
    name, health = f"route {status.route}", status.health(now)
    told = (
        f"last sent {status.last_success.isoformat(timespec='seconds')}" if status.last_success else "nothing sent yet"
    )
    if takes_cards and status.confirmed_date_time:
        told += f"; heartbeat confirmed {status.confirmed_date_time.isoformat(timespec='seconds')}"
    if status.lost:
        they = "alert was never told there: it is" if status.lost == 1 else "alerts were never told there: they are"
        told += f"; {status.lost} {they} in the list"
    if health is RouteHealth.OK:
        return Check(name=name, detail=told)
    detail = f"{status.last_error}; {told}" if status.last_error else told
    return unwell(name, _KINDS_OF_ROUTES[health], status.route, detail)


def _authentication(probe: ProbeResult | None, now: datetime) -> Check:
    if probe is None:
        return Check(name="authentication", detail="not probed yet")
    detail = f"a forged identity was {probe.outcome} at {probe.time.isoformat()}"
    if probe.outcome is ProbeOutcome.REFUSED and now - probe.time <= _OLDEST_PROBE:
        return Check(name="authentication", detail=detail)
    return unwell("authentication", OperatorKind.AUTHENTICATION_BROKEN, "authentication", detail)
