"""What was collected and judged, and so what is missing."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from functions.models.shapes import Parameters, Sent
from shared.domain.ledger import SourceHealth
from shared.domain.passes import PassKind, PassState
from shared.pipeline.collection.read_coverage import SourceReport


class CoverageParameters(Parameters):
    hours: Annotated[int, Field(ge=1, le=168, description="How many hours back")] = 24


class HourResource(Sent):
    """Events of one hour by their own time, like ``2026-11-24T13`` (UTC); ``undated`` ones have none."""

    hour: str
    events: int


class GapResource(Sent):
    """A time that was never read and can no longer be: the service has deleted its records."""

    start: datetime
    end: datetime


class PassResource(Sent):
    """One reading of a window of the log. ``late`` records came too late for the passes that read the last minutes."""

    number: int
    kind: PassKind
    state: PassState
    start: datetime
    end: datetime
    started: datetime
    ended: datetime | None
    pages: int
    rows: int
    new: int
    duplicates: int
    late: int
    attempts: int
    not_before: datetime | None
    last_error: str | None


class SourceResource(Sent):
    """One source. ``rows`` became ``events``, were ``duplicates``, or were ``rejected`` because they cannot be read.

    ``state`` and what follows it is null where no collector reads the source. Up to ``readUntil`` everything was read
    that had arrived by ``lastCompleteRead``. ``parked`` events wait for their app; ``judgedUnresolved`` had none.
    """

    source: str
    last_collected: datetime | None
    chunks: int
    waiting: int
    oldest_waiting: datetime | None
    rows: int
    events: int
    duplicates: int
    rejected: int
    not_evaluated: int
    parked: int
    judged_unresolved: int
    hours: list[HourResource]
    state: SourceHealth | None
    reason: str | None
    last_complete_read: datetime | None
    read_until: datetime | None
    late: int
    gaps: list[GapResource]
    running: list[PassResource]
    passes: list[PassResource]


class CoverageList(Sent):
    """All sources that the ledger knows."""

    value: list[SourceResource]


def source_resource(report: SourceReport) -> SourceResource:
    coverage, state = report.coverage, report.coverage.state
    return SourceResource(
        source=coverage.source,
        last_collected=coverage.last_collected,
        chunks=coverage.chunks,
        waiting=coverage.waiting,
        oldest_waiting=coverage.oldest_waiting,
        rows=coverage.rows,
        events=coverage.events,
        duplicates=coverage.duplicates,
        rejected=coverage.rejected,
        not_evaluated=coverage.not_evaluated + report.parked.not_evaluated,
        parked=report.parked.waiting,
        judged_unresolved=report.parked.judged_unresolved,
        hours=[HourResource.model_validate(hour) for hour in coverage.hours],
        state=report.health,
        reason=state.reason if state else None,
        last_complete_read=state.last_complete_read if state else None,
        read_until=state.read_until if state else None,
        late=state.late if state else 0,
        gaps=[GapResource.model_validate(gap) for gap in state.gaps] if state else [],
        running=[PassResource.model_validate(one) for one in state.running] if state else [],
        passes=[PassResource.model_validate(one) for one in report.passes],
    )
