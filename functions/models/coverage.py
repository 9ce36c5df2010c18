"""What was collected and judged, and so what is missing."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from functions.models.shapes import Parameters, Sent
from shared.domain.ledger import HourState, SourceHealth
from shared.domain.passes import PassKind, PassState
from shared.pipeline.collection.read_coverage import SourceReport


class CoverageParameters(Parameters):
    hours: Annotated[int, Field(ge=1, le=168, description="How many hours back")] = 24


class HourResource(Sent):
    """Events of one hour by their own time, like ``2026-11-24T13`` (UTC); ``undated`` ones have none.

    ``late`` are those that came too late for the passes that read the last minutes, ``toldElsewhere`` those that are
    not among ``events``, since another source had told them. ``state`` is null before the first read, and while the
    source was off: ``planned`` hours are being read or will be at the next run, ``missing`` ones should have been, and
    ``lost`` ones can no longer be.
    """

    hour: str
    state: HourState | None
    events: int
    late: int
    told_elsewhere: int


class GapResource(Sent):
    """A time that was never read and can no longer be: the service has deleted its records."""

    start: datetime
    end: datetime
    noticed: datetime | None


class PassResource(Sent):
    """One reading of a window of the log. ``late`` records came too late for the passes that read the last minutes,
    ``overdue`` ones more than 26 hours after they happened. ``attempts`` are failures since the last page, ``retries``
    all of them.
    """

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
    overdue: int
    told_elsewhere: int
    attempts: int
    retries: int
    not_before: datetime | None
    last_error: str | None


class SourceResource(Sent):
    """One source. ``rows`` became ``events``, were ``duplicates``, or were ``rejected`` because they cannot be read.

    Records that are ``toldElsewhere`` came by another source first. ``state`` and what follows it is null where no
    collector reads the source. What is ``off`` is not read. From ``since`` up to ``readUntil`` everything was read that
    had arrived by ``lastCompleteRead``. ``parked`` events wait for their app; ``judgedUnresolved`` had none.
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
    told_elsewhere: int
    not_evaluated: int
    parked: int
    judged_unresolved: int
    hours: list[HourResource]
    state: SourceHealth | None
    off: bool
    reason: str | None
    last_complete_read: datetime | None
    since: datetime | None
    read_until: datetime | None
    latest_event: datetime | None
    late: int
    overdue: int
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
        told_elsewhere=coverage.told_elsewhere,
        not_evaluated=coverage.not_evaluated + report.parked.not_evaluated,
        parked=report.parked.waiting,
        judged_unresolved=report.parked.judged_unresolved,
        hours=[HourResource.model_validate(hour) for hour in coverage.hours],
        state=report.health,
        off=state.off if state else False,
        reason=state.reason if state else None,
        last_complete_read=state.last_complete_read if state else None,
        since=state.since if state else None,
        read_until=state.read_until if state else None,
        latest_event=state.latest_event if state else None,
        late=state.late if state else 0,
        overdue=state.overdue if state else 0,
        gaps=[GapResource.model_validate(gap) for gap in state.gaps] if state else [],
        running=[PassResource.model_validate(one) for one in state.running] if state else [],
        passes=[PassResource.model_validate(one) for one in report.passes],
    )
