"""What the page of coverage shows of each source, and which sources are off."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final

from pydantic import StringConstraints

from functions.models.coverage import CoverageParameters
from functions.pages.hour_strip import Strip, dated, runs_of, strips
from functions.pages.source_guide import ALWAYS_READ, GUIDES, Guide, mending, switching_on
from shared.domain.hour_states import missing_since
from shared.domain.ledger import HourCoverage, HourState, ParkedCounts, SourceCoverage, SourceHealth
from shared.domain.passes import Pass, PassState
from shared.domain.streams import STREAMS, Stream
from shared.pipeline.collection.read_coverage import SourceReport

OFFERED_HOURS: Final = (24, 48, 72, 168)
_FEW_PASSES: Final = 5
"""Of each source, where all are shown."""
_HEALTHS: Final = {
    SourceHealth.STALE: "not read for too long",
    SourceHealth.PERMISSION_MISSING: "permission missing",
    SourceHealth.NOT_LICENSED: "licence missing",
    SourceHealth.FAILING: "failing",
}


class CoveragePageParameters(CoverageParameters):
    source: Annotated[str, StringConstraints(max_length=64)] | None = None


@dataclass(frozen=True, kw_only=True)
class ShownSource:
    """``hours`` are dated, the newest first. ``problem`` is in words; None while nothing is known to be wrong."""

    source: str
    name: str
    guide: Guide | None
    report: SourceReport
    health: str
    is_well: bool | None
    mending: str | None
    missing_since: datetime | None
    missing: list[tuple[datetime, datetime]]
    is_lost: bool
    strips: list[Strip]
    hours: list[HourCoverage]
    undated: int
    kept_days: int | None
    running: tuple[Pass, ...]
    passes: list[Pass]


@dataclass(frozen=True, kw_only=True)
class OffSource:
    source: str
    guide: Guide
    how: str
    read_until: datetime | None


def coverage_values(
    reports: Sequence[SourceReport], switched_on: Collection[str], asked: CoveragePageParameters, now: datetime
) -> dict[str, Any]:
    """``switched_on`` are the sources that the settings name."""
    known = {report.coverage.source: report for report in reports}
    off = [source for source in GUIDES if _is_off(source, known.get(source), switched_on)]
    listed = {**known, **{source: _unread(source) for source in switched_on if source not in known}}
    names = sorted(listed, key=_place)
    # What is off is shown with the others only to whoever asks for it: its past is still known.
    chosen = [name for name in names if (name == asked.source if asked.source else name not in off)]
    shown = [_shown(name, listed[name], asked, now) for name in chosen]
    offs = [_off(source, known.get(source)) for source in off if asked.source in {None, source}]
    return {
        "sources": shown,
        "off": offs,
        "ailing": [one for one in shown if one.is_well is False or one.missing_since or one.is_lost],
        "healths": Counter(one.health for one in shown).most_common(),
        "offered": [(name, _name(name)) for name in sorted({*listed, *off}, key=_place)],
        "asked": asked,
        "offered_hours": sorted({*OFFERED_HOURS, asked.hours}),
        "shows_numbers": asked.source is not None or asked.hours <= OFFERED_HOURS[0],
    }


def _is_off(source: str, report: SourceReport | None, switched_on: Collection[str]) -> bool:
    """A log that was fed by hand is neither on nor off: it is shown for what it holds."""
    if source in ALWAYS_READ or source in switched_on:
        return False
    state = report.coverage.state if report else None
    return state.off if state else report is None


def _kept_days(source: str) -> int | None:
    """For how long the service keeps the log."""
    return STREAMS[Stream(source)].schedule.retention.days if source in {*Stream} else None


def _place(source: str) -> tuple[int, str]:
    """In the order of the guides, and what has none by its name."""
    return (list(GUIDES).index(source) if source in GUIDES else len(GUIDES)), source


def _name(source: str) -> str:
    return GUIDES[source].name if source in GUIDES else source


def _shown(source: str, report: SourceReport, asked: CoveragePageParameters, now: datetime) -> ShownSource:
    state, guide = report.coverage.state, GUIDES.get(source)
    hours = dated(report.coverage.hours)
    is_log = any(hour.state or hour.events for hour in hours)
    is_well, health = _health(report)
    return ShownSource(
        source=source,
        name=_name(source),
        guide=guide,
        report=report,
        health=health,
        is_well=is_well,
        mending=mending(source, report.health) if report.health and is_well is False else None,
        missing_since=missing_since(state, now) if state and source in {*Stream} else None,
        missing=runs_of(hours, HourState.MISSING),
        is_lost=any(hour.state is HourState.LOST for hour in hours),
        strips=strips(hours) if is_log else [],
        hours=list(reversed(hours)) if is_log else [],
        undated=sum(hour.events for hour in report.coverage.hours) - sum(hour.events for hour in hours),
        kept_days=_kept_days(source),
        running=state.running if state else (),
        passes=_last_passes(report.passes, None if asked.source else _FEW_PASSES),
    )


def _health(report: SourceReport) -> tuple[bool | None, str]:
    """Whether all is well, None where nobody can tell; and that in words."""
    state = report.coverage.state
    if state is None or report.health is None:
        told = "fed by hand" if report.coverage.chunks else "not read yet"
        return None, told
    if state.off:
        return None, "off"
    if report.health is SourceHealth.OK:
        return (True, "reads well") if state.last_complete_read else (None, "first read under way")
    return False, _HEALTHS[report.health]


def _last_passes(passes: Sequence[Pass], most: int | None) -> list[Pass]:
    """Newest first, those that have ended."""
    return [one for one in passes if one.state is PassState.COLLECTED][:most]


def _off(source: str, report: SourceReport | None) -> OffSource:
    state = report.coverage.state if report else None
    return OffSource(
        source=source,
        guide=GUIDES[source],
        how=switching_on(source),
        read_until=state.read_until if state else None,
    )


def _unread(source: str) -> SourceReport:
    """A source that is switched on, and whose collector has not run."""
    nothing = SourceCoverage(
        source=source,
        last_collected=None,
        chunks=0,
        waiting=0,
        oldest_waiting=None,
        rows=0,
        events=0,
        duplicates=0,
        rejected=0,
        not_evaluated=0,
    )
    return SourceReport(coverage=nothing, health=None, passes=(), parked=ParkedCounts())
