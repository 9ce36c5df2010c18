"""What was collected and judged, and so what is missing: the facts of each source, put together."""

import asyncio
from datetime import UTC, datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from shared.domain.hour_states import hour_name, state_of_hour
from shared.domain.ledger import HourCoverage, ParkedCounts, SourceCoverage, SourceHealth
from shared.domain.passes import Pass
from shared.domain.streams import STREAMS, Stream
from shared.pipeline.services import Services

_MOST_PASSES = 10


class SourceReport(Struct, frozen=True, kw_only=True):
    """One source. ``health`` is as of now; None where no collector of ours reads the source."""

    coverage: SourceCoverage
    health: SourceHealth | None
    passes: tuple[Pass, ...]
    parked: ParkedCounts


async def read_coverage(services: Services, now: datetime, hours: int) -> tuple[SourceReport, ...]:
    """Every source that the ledger knows, with its newest passes."""
    parked = await services.parked.counts() if services.parked is not None else {}

    async def report(coverage: SourceCoverage) -> SourceReport:
        state = coverage.state
        return SourceReport(
            coverage=_with_states(coverage, now, hours),
            health=state.health_at(now) if state else None,
            passes=tuple(await services.ledger.passes(coverage.source, _MOST_PASSES)) if state else (),
            parked=parked.get(coverage.source, ParkedCounts()),
        )

    return tuple(await asyncio.gather(*map(report, await services.ledger.coverage(now, hours))))


def _with_states(coverage: SourceCoverage, now: datetime, hours: int) -> SourceCoverage:
    """What became of each hour of a log. Inventories have no hours."""
    state = coverage.state
    if state is None or coverage.source not in {*Stream}:
        return coverage
    retention = STREAMS[Stream(coverage.source)].schedule.retention
    this_hour = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    starts = {hour_name(start): start for start in (this_hour - timedelta(hours=back) for back in range(hours))}

    def shown(hour: HourCoverage) -> HourCoverage:
        start = starts.get(hour.hour)
        if start is None:
            return hour
        return replace(hour, state=state_of_hour(start, state, retention, coverage.waiting_times, now))

    return replace(coverage, hours=tuple(map(shown, coverage.hours)))
