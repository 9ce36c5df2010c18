"""What the coverage route says of a source."""

from datetime import UTC, datetime, timedelta

from functions.models.coverage import source_resource
from shared.domain.ledger import HourCoverage, HourState, ParkedCounts, SourceCoverage, SourceHealth, SourceState
from shared.domain.passes import Gap, Pass, PassKind
from shared.pipeline.collection.read_coverage import SourceReport

START = datetime(2026, 3, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
RUNNING = Pass(number=7, kind=PassKind.DEEP, start=START, end=START + HOUR, started=START, next_link="https://x/?token")


def report(state: SourceState | None, health: SourceHealth | None) -> SourceReport:
    coverage = SourceCoverage(
        source="directoryAudits",
        last_collected=START,
        chunks=1,
        waiting=0,
        oldest_waiting=None,
        rows=3,
        events=3,
        duplicates=0,
        rejected=0,
        not_evaluated=2,
        told_elsewhere=7,
        hours=(
            HourCoverage(hour="2026-03-01T23", events=3, late=1, told_elsewhere=2, state=HourState.EVALUATED),
            HourCoverage(hour="2026-03-02T00", events=0),
        ),
        state=state,
    )
    parked = ParkedCounts(waiting=4, judged_unresolved=5, not_evaluated=6)
    return SourceReport(coverage=coverage, health=health, passes=(RUNNING,), parked=parked)


def test_a_collected_source_tells_how_far_it_was_read_and_what_is_missing() -> None:
    state = SourceState(
        source="directoryAudits",
        last_complete_read=START,
        read_until=START,
        running=(RUNNING,),
        gaps=(Gap(start=START - HOUR, end=START),),
        late=9,
    )
    shown = source_resource(report(state, SourceHealth.STALE)).model_dump(mode="json", by_alias=True)
    assert (shown["state"], shown["lastCompleteRead"], shown["late"]) == ("stale", "2026-03-02T00:00:00Z", 9)
    assert shown["gaps"] == [{"start": "2026-03-01T23:00:00Z", "end": "2026-03-02T00:00:00Z", "noticed": None}]
    assert [one["kind"] for one in shown["running"]] == ["deep"]
    assert (shown["parked"], shown["judgedUnresolved"], shown["notEvaluated"]) == (4, 5, 8)


def test_an_hour_tells_what_became_of_it_and_what_is_not_plain_of_it() -> None:
    shown = source_resource(report(None, None)).model_dump(mode="json", by_alias=True)
    assert shown["toldElsewhere"] == 7
    assert shown["hours"] == [
        {"hour": "2026-03-01T23", "state": "evaluated", "events": 3, "late": 1, "toldElsewhere": 2},
        {"hour": "2026-03-02T00", "state": None, "events": 0, "late": 0, "toldElsewhere": 0},
    ]


def test_a_source_that_is_off_says_so() -> None:
    off = SourceState(source="signIns", off=True, since=START, latest_event=START, overdue=3)
    shown = source_resource(report(off, SourceHealth.OK))
    assert (shown.off, shown.since, shown.latest_event, shown.overdue) == (True, START, START, 3)


def test_links_into_the_directory_are_not_shown() -> None:
    shown = source_resource(report(None, None))
    assert "token" not in shown.model_dump_json()


def test_a_source_that_nothing_collects_has_no_state() -> None:
    shown = source_resource(report(None, None))
    assert (shown.state, shown.last_complete_read, shown.gaps) == (None, None, [])
