"""What a person may change about an alert, and what follows from it."""

from contextlib import suppress
from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from shared.domain.alerts import Alert, AlertStatus, Classification, Determination
from shared.domain.lifecycle import DETERMINATIONS, TRANSITIONS, IllegalTransition, Mover
from shared.domain.severities import Severity
from shared.domain.triage import (
    LONGEST_SNOOZE,
    MOST_COMMENT_CHARACTERS,
    MOST_COMMENTS,
    TriageChanges,
    Triaged,
    TriageRefused,
    triage,
)
from shared.storage.rows import make_row
from tests.domain.findings import START, app

NOW = START + timedelta(hours=1)
TICK = timedelta(microseconds=1)

NEW = Alert(
    id=f"{'a' * 32}-1",
    fingerprint="a" * 32,
    episode=1,
    incident_id="b" * 32,
    policy_id="new-risky-app",
    policy_version=1,
    title="New risky app",
    severity=Severity.HIGH,
    app=app(),
    created_date_time=START,
    last_update_date_time=START,
)
RESOLVED = replace(NEW, status=AlertStatus.RESOLVED, resolved_date_time=START, last_update_date_time=START)


def after(alert: Alert, changes: TriageChanges) -> Alert:
    return triage(alert, changes, "ada", NOW).alert


def edits(triaged: Triaged) -> list[tuple[str, str | None, str | None]]:
    return [(edit.property, edit.before, edit.after) for edit in triaged.edits]


def test_every_change_is_an_edit_from_before_to_after() -> None:
    until = NOW + timedelta(days=2)
    changes = TriageChanges(
        status=AlertStatus.IN_PROGRESS,
        classification=Classification.TRUE_POSITIVE,
        determination=Determination.PHISHING,
        assigned_to="ada@example.com",
        snoozed_until_date_time=until,
        comment="Looking at it.",
    )
    assert edits(triage(NEW, changes, "ada", NOW)) == [
        ("status", "new", "inProgress"),
        ("classification", "unknown", "truePositive"),
        ("determination", "unknown", "phishing"),
        ("assignedTo", None, "ada@example.com"),
        ("snoozedUntilDateTime", None, until.isoformat()),
        ("comments", None, "Looking at it."),
    ]


def test_what_is_so_already_is_no_change() -> None:
    triaged = triage(NEW, TriageChanges(status=AlertStatus.NEW, assigned_to=None, reason="why not"), "ada", NOW)
    assert triaged == Triaged(NEW, ())


def test_resolving_dates_the_resolution_and_reopening_clears_it() -> None:
    resolved = after(NEW, TriageChanges(status=AlertStatus.RESOLVED))
    assert resolved.resolved_date_time == NOW
    reopened = after(resolved, TriageChanges(status=AlertStatus.IN_PROGRESS))
    assert reopened.resolved_date_time is None


def test_changing_a_resolved_alert_leaves_its_date_of_resolution() -> None:
    assert after(RESOLVED, TriageChanges(comment="Late remark.")).resolved_date_time == START


def test_each_version_is_later_than_the_one_before_whatever_the_clock_says() -> None:
    ahead = replace(NEW, last_update_date_time=NOW + timedelta(minutes=5))
    assert after(ahead, TriageChanges(comment="x")).last_update_date_time == NOW + timedelta(minutes=5) + TICK
    assert after(NEW, TriageChanges(comment="x")).last_update_date_time == NOW


@pytest.mark.parametrize(("classification", "determination"), [*product(Classification, Determination)])
def test_a_determination_must_go_with_the_classification(
    classification: Classification, determination: Determination
) -> None:
    changes = TriageChanges(classification=classification, determination=determination)
    if determination in DETERMINATIONS[classification]:
        changed = after(NEW, changes)
        assert (changed.classification, changed.determination) == (classification, determination)
    else:
        with pytest.raises(TriageRefused, match=f"{determination.value} does not go with {classification.value}"):
            after(NEW, changes)


def test_a_determination_alone_must_go_with_the_classification_there_is() -> None:
    with pytest.raises(TriageRefused) as refused:
        after(NEW, TriageChanges(determination=Determination.PHISHING))
    assert refused.value.field == "determination"


def test_another_classification_takes_back_a_determination_that_no_longer_fits() -> None:
    phishing = replace(NEW, classification=Classification.TRUE_POSITIVE, determination=Determination.PHISHING)
    changed = triage(phishing, TriageChanges(classification=Classification.FALSE_POSITIVE), "ada", NOW)
    assert changed.alert.determination is Determination.UNKNOWN
    assert ("determination", "phishing", "unknown") in edits(changed)


@pytest.mark.parametrize("wait", [timedelta(0), timedelta(seconds=-1), LONGEST_SNOOZE + TICK, timedelta(days=3650)])
def test_a_snooze_ends_ahead_and_within_ninety_days(wait: timedelta) -> None:
    with pytest.raises(TriageRefused) as refused:
        after(NEW, TriageChanges(snoozed_until_date_time=NOW + wait))
    assert refused.value.field == "snoozedUntilDateTime"
    assert after(NEW, TriageChanges(snoozed_until_date_time=NOW + LONGEST_SNOOZE)).snoozed_until_date_time


def test_none_takes_back_assignment_and_snooze() -> None:
    busy = replace(NEW, assigned_to="ada@example.com", snoozed_until_date_time=NOW + timedelta(days=1))
    cleared = after(busy, TriageChanges(assigned_to=None, snoozed_until_date_time=None))
    assert (cleared.assigned_to, cleared.snoozed_until_date_time) == (None, None)


def test_a_snooze_that_has_passed_does_not_stand_in_the_way_of_other_changes() -> None:
    woken = replace(NEW, snoozed_until_date_time=START)
    assert after(woken, TriageChanges(comment="Awake.")).snoozed_until_date_time == START


def test_comments_are_added_up_to_a_limit() -> None:
    alert = NEW
    for number in range(MOST_COMMENTS):
        alert = after(alert, TriageChanges(comment=str(number)))
    assert [comment.comment for comment in alert.comments] == [str(number) for number in range(MOST_COMMENTS)]
    assert {comment.created_by_display_name for comment in alert.comments} == {"ada"}
    with pytest.raises(TriageRefused, match="at most"):
        after(alert, TriageChanges(comment="one more"))


@given(st.lists(st.sampled_from(AlertStatus), max_size=12))
def test_only_a_resolved_alert_has_a_time_of_resolution_however_it_was_moved(wanted: list[AlertStatus]) -> None:
    alert = NEW
    for status in wanted:
        with suppress(IllegalTransition):
            alert = after(alert, TriageChanges(status=status))
        assert (alert.resolved_date_time is not None) is (alert.status is AlertStatus.RESOLVED)


@pytest.mark.parametrize(("before", "status"), [*product(AlertStatus, AlertStatus)])
def test_the_table_of_transitions_decides_and_a_refusal_names_both_ends(
    before: AlertStatus, status: AlertStatus
) -> None:
    alert, changes = replace(NEW, status=before), TriageChanges(status=status)
    if before is status or Mover.PERSON in TRANSITIONS[before, status]:
        assert after(alert, changes).status is status
    else:
        with pytest.raises(IllegalTransition, match=f"from {before.value} to {status.value}"):
            after(alert, changes)


def test_only_the_service_makes_a_resolved_alert_new_again() -> None:
    assert TRANSITIONS[AlertStatus.RESOLVED, AlertStatus.NEW] == {Mover.SERVICE}


def test_the_service_never_takes_up_an_alert_as_if_it_were_a_person() -> None:
    taken_up = [step for step, movers in TRANSITIONS.items() if Mover.SERVICE in movers]
    assert AlertStatus.IN_PROGRESS not in {after for _, after in taken_up}


def test_the_comments_of_an_alert_are_limited_together_so_that_its_row_holds_them() -> None:
    alert = NEW
    for _ in range(MOST_COMMENT_CHARACTERS // 4000):
        alert = after(alert, TriageChanges(comment="\N{BOMB}" * 4000))
    with pytest.raises(TriageRefused) as refused:
        after(alert, TriageChanges(comment="x"))
    assert refused.value.field == "comment"
    make_row("series", "000001|alert", body=alert)
    assert after(alert, TriageChanges(assigned_to="ada")).assigned_to == "ada"
