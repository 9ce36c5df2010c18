"""The checks of the catalogue, each on a policy that breaks it."""

import pytest

from shared.policies.checks import check_texts

MISS = "{activity: grant.added, consentType: Principal, scopes: {after: [Mail.Read]}}"
CLEAN = """
id: clean
title: A title
kind: event
description: What.
why: Why.
falsePositives: [Someone may.]
triage: [Ask., Look., Act.]
attack: [T1098.001]
sources: [directoryAudits]
licence: Any
on: [grant.added]
alert: {severity: low}
when: {all: [{event.consentType: {eq: AllPrincipals}}, {event.scopes.added: {anyOf: [Mail.Read]}}]}
tests:
  - {name: hit, fires: true, event: {activity: grant.added, consentType: AllPrincipals, scopes: {after: [Mail.Read]}}}
  - {name: miss, fires: false, event: {activity: grant.added, consentType: Principal, scopes: {after: [Mail.Read]}}}
"""

WINDOW = """
id: clean
title: A title
kind: window
description: What.
why: Why.
falsePositives: [Someone may.]
triage: [Ask., Look., Act.]
attack: [T1114.002]
sources: [unifiedAuditLog]
licence: Any
alert: {severity: low}
on: [mail.accessed]
by: [app.appId]
within: 1h
having: {distinct: event.mailbox, ge: 20}
tests:
  - {name: hit, fires: true, events: [{times: 20, every: 3m, activity: mail.accessed, mailbox: "m{n}"}]}
  - {name: miss, fires: false, events: [{times: 40, every: 3m, activity: mail.accessed, mailbox: "m{n}"}]}
"""


def problems(text: str, name: str = "clean.yaml") -> list[str]:
    return [str(problem) for problem in check_texts([(name, text)])]


def test_a_clean_policy_has_no_problems() -> None:
    assert problems(CLEAN) == []


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("title: A title\n", "", "title is missing"),
        ("title: A title", 'title: "{app} of {actor}"', "{actor} in the title stays as it is; only {app} is filled in"),
        ("[directoryAudits]", "[auditLogs]", "'auditLogs' is no source; use directoryAudits, signIns, unifiedAuditLog"),
        ("falsePositives: [Someone may.]\n", "", "falsePositives is missing"),
        ("licence: Any\n", "", "licence is missing"),
        ("[Ask., Look., Act.]", "[Ask., Look.]", "at least 3 steps"),
        ("attack: [T1098.001]\n", "", "at least one technique"),
        ("alert: {severity: low}\n", "", "alert.severity is written down"),
        ("fires: true", "fires: false", "no test fires"),
        ("fires: false", "fires: true", "no test is a near miss"),
        ("fires: false", "fires: true", "test 'miss' does not fire"),
        ("[Mail.Read]}}]}\n", "[Mail.Send]}}]}\n", "test 'hit' does not fire"),
        ("consentType: Principal", "consentTyp: Principal", "Event has no field consentTyp; did you mean consentType?"),
        ("consentType: Principal", "consentType: 5", "Event: Expected"),
        (
            "{after: [Mail.Read]}}}\n  - {name: miss",
            "{afetr: []}}}\n  - {name: miss",
            "Event.scopes has no field afetr",
        ),
        ("activity: grant.added, consentType: Principal", "activity: grant.add", "Invalid enum value"),
        (
            "event: {activity: grant.added, consentType: Principal, scopes: {after: [Mail.Read]}}",
            "app: {}",
            "give event",
        ),
        ("on: [grant.added]\n", "on: [grant.added]\nparameters: {p: {default: 1, description: d}}\n", "p is not used"),
        ("attack: [T1098.001]", "attack: [T1098.1]", "should match pattern"),
    ],
)
def test_each_shortcoming_is_named(old: str, new: str, complaint: str) -> None:
    assert old in CLEAN
    found = problems(CLEAN.replace(old, new))
    assert any(complaint in problem for problem in found), found
    assert all(problem.startswith("clean.yaml:") and " clean" in problem for problem in found)


def test_a_file_is_named_after_its_policy_and_ids_are_unique() -> None:
    assert "called clean.yaml" in problems(CLEAN, "other.yaml")[0]
    found = [str(problem) for problem in check_texts([("clean.yaml", CLEAN), ("clean.yaml", CLEAN)])]
    assert found == ["clean.yaml:2 clean: the id is also in clean.yaml:2"]


def test_if_applicable_may_fire_on_what_nobody_knows() -> None:
    asked = "{event.consentType: {eq: AllPrincipals}}"
    assert problems(CLEAN.replace(asked, f"{{ifApplicable: {asked}}}")) == []


def test_repeated_events_fill_a_window_and_spread_ones_do_not() -> None:
    spread = WINDOW.replace("times: 40, every: 3m", "times: 40, every: 4m")
    assert problems(spread) == []
    assert "test 'miss' fires" in problems(WINDOW)[0]
