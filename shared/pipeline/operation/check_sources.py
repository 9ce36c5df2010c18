"""How each source fares: whether it is read, whether an hour of it is missing, and whether it has gone silent."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from shared.domain.built_in import OperatorKind
from shared.domain.hour_states import COMPARED_DAYS, HOUR, QUIET_HOURS, is_quiet, may_be_quiet, missing_since, new_gaps
from shared.domain.ledger import SourceHealth, SourceState
from shared.domain.passes import Gap
from shared.domain.streams import Stream
from shared.pipeline.inventory import collect_inventory
from shared.pipeline.operation.health_checks import Check, unwell
from shared.pipeline.services import Services

_UNTIL_FIRST_READ = timedelta(minutes=15)
_KINDS = {
    SourceHealth.STALE: OperatorKind.SOURCE_STALE,
    SourceHealth.FAILING: OperatorKind.SOURCE_STALE,
    SourceHealth.NOT_LICENSED: OperatorKind.SOURCE_STALE,
    SourceHealth.PERMISSION_MISSING: OperatorKind.PERMISSION_MISSING,
}


async def check_sources(services: Services, now: datetime) -> tuple[Check, ...]:
    """One request, and a few more for a source that may have gone silent. Raises Unavailable when storage is."""
    states = await services.ledger.source_states()
    checks = [_source(state, now) for state in [*states, *_never_read(services, states)]]
    checks += [_gaps(state, now) for state in states if missing_since(state, now) or new_gaps(state, now)]
    for state in states:
        if state.source in {*Stream} and may_be_quiet(state, now) and await _is_quiet(services, state.source, now):
            checks.append(_quiet(state))
    return tuple(checks)


def _never_read(services: Services, states: Sequence[SourceState]) -> list[SourceState]:
    """A collector that never ran cannot say so."""
    if services.directory is None:
        return []
    silent = {collect_inventory.SOURCE, Stream.DIRECTORY_AUDITS, *services.logs} - {state.source for state in states}
    return [SourceState(source=source, health=SourceHealth.FAILING) for source in sorted(silent)]


def _source(state: SourceState, now: datetime) -> Check:
    name, read = f"source {state.source}", state.last_complete_read
    if state.off:
        return Check(name=name, detail="without: it is switched off", is_without=True)
    when = f"last complete read {read.isoformat(timespec='seconds')}" if read else "not read completely yet"
    health = state.health_at(now)
    detail = f"{state.reason}; {when}" if state.reason else when
    if state.optional and health is SourceHealth.NOT_LICENSED:
        return Check(name=name, detail=f"without: {detail}", is_without=True)
    if health is SourceHealth.OK:
        return Check(name=name, detail=detail)
    # A first read may fail a few times before it succeeds; a permission that is missing does not grow by itself.
    patience = _UNTIL_FIRST_READ if health is SourceHealth.FAILING else timedelta(0)
    return unwell(name, _KINDS[health], state.source, detail, patience)


def _gaps(state: SourceState, now: datetime) -> Check:
    """What is lost is told at once; what is missing may still be read within the hour."""
    lost, since = new_gaps(state, now), missing_since(state, now)
    told = [f"lost from {_span(gap)}" for gap in lost]
    told += [f"missing since {since.isoformat(timespec='seconds')}"] if since else []
    return unwell(f"coverage {state.source}", OperatorKind.SOURCE_GAP, state.source, "; ".join(told))


def _span(gap: Gap) -> str:
    return f"{gap.start.isoformat(timespec='seconds')} to {gap.end.isoformat(timespec='seconds')}"


async def _is_quiet(services: Services, source: str, now: datetime) -> bool:
    """Of complete hours. Those of the days before cost a request or two a day, and are read only of few sources."""
    last = await _events(services, source, now - HOUR)
    if any(last):
        return False
    days = [now - HOUR - timedelta(days=back) for back in range(1, COMPARED_DAYS + 1)]
    return is_quiet(last, [await _events(services, source, until) for until in days])


async def _events(services: Services, source: str, until: datetime) -> list[int]:
    return [hour.events for hour in await services.ledger.hours(source, until, QUIET_HOURS)]


def _quiet(state: SourceState) -> Check:
    latest = state.latest_event.isoformat(timespec="seconds") if state.latest_event else "unknown"
    return unwell(
        f"events {state.source}", OperatorKind.SOURCE_QUIET, state.source, f"it reads well; latest event {latest}"
    )
