"""One series of findings, many orders of arrival: the rules of ``shared/domain/episodes.py``, each as a fact."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from shared.domain.alert_series import AlertChange, Series
from shared.domain.alerts import Alert, AlertStatus, Classification
from shared.domain.candidates import candidates_of
from shared.domain.episodes import MOST_EVIDENCE, MOST_EVIDENCE_PER_COMMIT, next_change
from shared.domain.findings import ConditionResult, Finding
from shared.domain.watch import Watch
from tests.domain.findings import START, app, app_finding, event, finding

NOW = START + timedelta(hours=1)
DAY = timedelta(days=1)


class Memory:
    """A series as the store would hold it."""

    def __init__(self) -> None:
        self.alerts: dict[int, Alert] = {}
        self.series = Series()
        self.changes: list[AlertChange] = []

    def add(self, *findings: Finding, now: datetime = NOW, watch: Watch | None = None) -> None:
        candidates = candidates_of(findings)
        while change := next_change(self.series, candidates, lambda _: ["teams"], now, watch):
            self.changes.append(change)
            self.alerts[change.alert.episode] = change.alert
            held = {item.event_id: item.material for item in change.evidence}
            self.series = Series(
                version=str(len(self.changes)),
                alert=self.alerts[max(self.alerts)],
                evidence={**self.series.evidence, **held},
                last_history=change.history[-1] if change.history else self.series.last_history,
            )

    def resolve(self, when: datetime, classification: Classification = Classification.TRUE_POSITIVE) -> None:
        alert = self.alerts[max(self.alerts)]
        resolved = replace(
            alert,
            status=AlertStatus.RESOLVED,
            resolved_date_time=when,
            classification=classification,
            last_update_date_time=when,
        )
        self.alerts[alert.episode] = resolved
        self.series = replace(self.series, alert=resolved)


def statuses(memory: Memory) -> list[str]:
    return [alert.status for _, alert in sorted(memory.alerts.items())]


def test_the_first_finding_opens_an_alert_with_history_and_delivery() -> None:
    memory = Memory()
    memory.add(finding(event("e1")))
    [change] = memory.changes
    assert (change.alert.status, change.alert.evidence_count, change.expected_version) == ("new", 1, None)
    assert [(entry.sequence, entry.action) for entry in change.history] == [(1, "created")]
    assert [(delivery.route, delivery.reason) for delivery in change.deliveries] == [("teams", "created")]


def test_the_same_event_again_changes_nothing() -> None:
    memory = Memory()
    memory.add(finding(event("e1")))
    memory.add(finding(event("e1")), finding(event("e1")))
    assert len(memory.changes) == 1


def test_another_event_joins_the_open_alert_without_another_delivery() -> None:
    memory = Memory()
    memory.add(finding(event("e1")))
    memory.add(finding(event("e2", minutes=5)))
    assert memory.alerts[1].evidence_count == 2
    assert memory.alerts[1].last_activity_date_time == START + timedelta(minutes=5)
    assert memory.changes[1].deliveries == ()


@given(st.permutations(range(6)), st.lists(st.integers(0, 5), max_size=4))
def test_the_order_and_repetition_of_events_change_nothing(order: list[int], repeats: list[int]) -> None:
    events = [event(f"e{n}", minutes=n % 4, of=app(name=f"Name {n}")) for n in range(6)]
    straight, shuffled = Memory(), Memory()
    for each in events:
        straight.add(finding(each))
    for n in [*order, *repeats]:
        shuffled.add(finding(events[n]))
    assert _without_times_of_writing(straight.alerts) == _without_times_of_writing(shuffled.alerts)
    assert straight.series.evidence == shuffled.series.evidence


def test_title_and_app_come_from_the_earliest_evidence() -> None:
    memory = Memory()
    memory.add(finding(event("late", minutes=9, of=app(name="Renamed"))))
    memory.add(finding(event("early", minutes=1, of=app(name="Original"))))
    assert memory.alerts[1].title == "Credential added to Original"
    assert memory.alerts[1].first_event_id == "early"


def test_the_summary_is_the_sentence_of_the_earliest_event() -> None:
    memory = Memory()
    memory.add(finding(event("late", minutes=9, actor="ada")))
    memory.add(finding(event("early", minutes=1, actor="lee")))
    assert memory.alerts[1].summary == "lee added a secret (key) to Payroll Sync"


def test_a_finding_on_the_state_of_an_app_has_no_summary() -> None:
    memory = Memory()
    memory.add(app_finding())
    assert memory.alerts[1].summary == ""


def test_evidence_from_before_the_resolution_opens_nothing() -> None:
    memory = Memory()
    memory.add(finding(event("e1")))
    memory.resolve(START + DAY)
    memory.add(finding(event("e2", minutes=30)))
    assert statuses(memory) == ["resolved"]
    assert memory.alerts[1].evidence_count == 2


def test_something_newer_within_seven_days_reopens_and_is_told() -> None:
    memory = Memory()
    memory.add(finding(event("e1")))
    memory.resolve(START + DAY)
    memory.add(finding(event("e2", minutes=3 * 24 * 60)))
    assert statuses(memory) == ["new"]
    assert memory.alerts[1].classification is Classification.UNKNOWN
    assert [delivery.reason for delivery in memory.changes[-1].deliveries] == ["reopened"]
    assert memory.changes[-1].deliveries[0].sequence == 2


def test_something_after_seven_days_begins_the_next_episode() -> None:
    memory = Memory()
    memory.add(finding(event("e1")))
    memory.resolve(START + DAY)
    memory.add(finding(event("e2", minutes=20 * 24 * 60)))
    assert statuses(memory) == ["resolved", "new"]
    assert memory.alerts[2].id == memory.alerts[1].fingerprint + "-2"


def test_an_event_of_an_earlier_episode_never_joins_a_later_one() -> None:
    memory = Memory()
    memory.add(finding(event("e1")))
    memory.resolve(START + DAY)
    memory.add(finding(event("e2", minutes=20 * 24 * 60)))
    memory.add(finding(event("e1")), finding(event("e2", minutes=20 * 24 * 60)))
    assert [alert.evidence_count for alert in memory.alerts.values()] == [1, 1]


def test_a_false_positive_stays_quiet_for_what_is_not_materially_new() -> None:
    memory = Memory()
    memory.add(finding(event("e1")))
    memory.resolve(START + DAY, Classification.FALSE_POSITIVE)
    memory.add(finding(event("e2", minutes=3 * 24 * 60)))
    assert statuses(memory) == ["resolved"]
    memory.add(finding(event("e3", minutes=3 * 24 * 60, actor="somebody else")))
    assert statuses(memory) == ["new"]


def test_a_false_positive_is_quiet_for_thirty_days_only() -> None:
    memory = Memory()
    memory.add(finding(event("e1")))
    memory.resolve(START + DAY, Classification.FALSE_POSITIVE)
    memory.add(finding(event("e2", minutes=40 * 24 * 60)))
    assert statuses(memory) == ["resolved", "new"]


def test_an_undated_event_is_evidence_and_never_reopens() -> None:
    memory = Memory()
    memory.add(finding(event("e1", minutes=None)))
    assert memory.alerts[1].first_activity_date_time is None
    memory.resolve(START + DAY)
    memory.add(finding(event("e2", minutes=None)))
    assert statuses(memory) == ["resolved"]


def test_more_evidence_than_a_batch_holds_comes_in_several_commits() -> None:
    memory = Memory()
    memory.add(finding(*[event(f"e{n:04}", minutes=n) for n in range(2 * MOST_EVIDENCE_PER_COMMIT + 5)]))
    assert [len(change.evidence) for change in memory.changes] == [90, 90, 5]
    assert memory.alerts[1].evidence_count == 185


@given(st.permutations(range(1, 5)))
def test_a_condition_on_several_events_shows_the_largest_measure_in_any_order(counts: list[int]) -> None:
    memory = Memory()
    for count in counts:
        measured = ConditionResult(
            condition="count events gt 2 within 1h", outcome="true", seen=f"{count * 5} events", measure=count * 5
        )
        memory.add(replace(finding(event(f"e{count}", minutes=count)), conditions=(measured,)))
    assert [result.seen for result in memory.alerts[1].joint_conditions] == ["20 events"]


def test_a_condition_stored_without_a_measure_gives_way_to_a_measured_one() -> None:
    memory = Memory()
    stored = msgspec.json.decode(b'{"condition": "c", "outcome": "true", "seen": "4 events"}', type=ConditionResult)
    memory.add(replace(finding(event("e1")), conditions=(stored,)))
    memory.add(replace(finding(event("e2")), conditions=(replace(stored, seen="5 events", measure=5),)))
    assert [result.seen for result in memory.alerts[1].joint_conditions] == ["5 events"]


def test_an_alert_keeps_a_thousand_pieces_of_evidence_and_the_next_episode_still_opens() -> None:
    memory = Memory()
    memory.add(finding(*[event(f"e{n:04}", minutes=n / 60) for n in range(MOST_EVIDENCE + 50)]))
    kept = memory.alerts[1].evidence_count
    assert MOST_EVIDENCE <= kept < MOST_EVIDENCE + MOST_EVIDENCE_PER_COMMIT
    memory.resolve(START + DAY)
    memory.add(finding(event("later", minutes=20 * 24 * 60)))
    assert statuses(memory) == ["resolved", "new"]


def test_the_same_state_of_an_app_is_the_same_evidence_though_it_ages() -> None:
    memory = Memory()
    memory.add(app_finding(seen="3 days"))
    memory.add(app_finding(seen="4 days"), now=NOW + DAY)
    assert len(memory.changes) == 1


def test_versions_of_an_alert_are_ordered_even_if_a_clock_is_behind() -> None:
    memory = Memory()
    memory.add(finding(event("e1")), now=NOW)
    memory.add(finding(event("e2", minutes=1)), now=NOW - DAY)
    first, second = (change.alert.last_update_date_time for change in memory.changes)
    assert first < second


def _without_times_of_writing(alerts: dict[int, Alert]) -> Sequence[Alert]:
    return _plain(alerts.values())


def _plain(alerts: Iterable[Alert]) -> list[Alert]:
    return [replace(alert, created_date_time=NOW, last_update_date_time=NOW) for alert in alerts]


def test_the_incident_of_many_apps_does_not_depend_on_which_came_first() -> None:
    apps = [finding(event(f"e{number}", number, of=app(f"app-{number}"))) for number in (1, 2)]
    of_one_person = [replace(each, group=("lee",)) for each in apps]
    forwards, backwards = Memory(), Memory()
    forwards.add(of_one_person[0])
    forwards.add(of_one_person[1])
    backwards.add(of_one_person[1])
    backwards.add(of_one_person[0])
    assert forwards.alerts[1].incident_id == backwards.alerts[1].incident_id


def test_alerts_of_one_app_are_one_incident() -> None:
    secret, mail = Memory(), Memory()
    secret.add(finding(event("e1")))
    mail.add(finding(event("e2"), policy="mail-read"))
    assert secret.alerts[1].incident_id == mail.alerts[1].incident_id


WATCHED = Watch(started=START + timedelta(minutes=10), first_read_judged=START + timedelta(minutes=20))


def test_what_happened_before_the_tenant_was_watched_is_historical_and_told_to_nobody() -> None:
    memory = Memory()
    memory.add(finding(event("before", minutes=5)), watch=WATCHED)
    [change] = memory.changes
    assert change.alert.historical
    assert change.deliveries == ()


def test_the_first_newer_event_makes_a_historical_alert_current_and_is_told() -> None:
    memory = Memory()
    memory.add(finding(event("before", minutes=5)), watch=WATCHED)
    memory.add(finding(event("after", minutes=15)), watch=WATCHED)
    memory.add(finding(event("later", minutes=16)), watch=WATCHED)
    assert not memory.alerts[1].historical
    assert [change.deliveries != () for change in memory.changes] == [False, True, False]
    assert memory.changes[1].history[0].action == "becameCurrent"


@given(st.permutations([("before", 5.0), ("undated", None), ("after", 15.0)]))
def test_whether_an_alert_is_historical_depends_on_no_order(order: list[tuple[str, float | None]]) -> None:
    memory = Memory()
    for name, minutes in order:
        memory.add(finding(event(name, minutes=minutes)), watch=WATCHED)
    assert not memory.alerts[1].historical
    assert sum(len(change.deliveries) for change in memory.changes) == 1


def test_the_state_of_an_app_is_historical_until_the_first_read_was_judged() -> None:
    unjudged = replace(WATCHED, first_read_judged=None)
    for watch, historical in (
        (unjudged, True),
        (WATCHED, True),
        (replace(WATCHED, first_read_judged=START - DAY), False),
    ):
        memory = Memory()
        memory.add(app_finding(), watch=watch)
        assert memory.alerts[1].historical is historical
