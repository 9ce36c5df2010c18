"""What was collected and judged, and so what is missing: the facts of each source, put together."""

from datetime import datetime

from msgspec import Struct

from shared.domain.ledger import ParkedCounts, SourceCoverage, SourceHealth
from shared.domain.passes import Pass
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
    reports: list[SourceReport] = []
    for coverage in await services.ledger.coverage(now, hours):
        state = coverage.state
        passes = await services.ledger.passes(coverage.source, _MOST_PASSES) if state else []
        reports.append(
            SourceReport(
                coverage=coverage,
                health=state.health_at(now) if state else None,
                passes=tuple(passes),
                parked=parked.get(coverage.source, ParkedCounts()),
            )
        )
    return tuple(reports)
