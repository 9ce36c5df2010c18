"""Judging events and apps by compiled rules."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs

from shared.domain.activities import Activity
from shared.domain.app_references import AppReference
from shared.domain.apps import App
from shared.domain.events import Actor, ActorKind, Client, Event, PermissionChange, Source
from shared.domain.privileges import Privilege
from shared.domain.severities import Severity
from shared.policies.baselines import Baseline
from shared.policies.facts import VOCABULARY
from shared.policies.judgements import NOTHING
from shared.policies.loader import load_policies
from shared.policies.ruleset import RuleSet, compile_policies
from shared.policies.vocabulary import Fact, Vocabulary

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ROGUE = "0badf00d-0000-4000-8000-000000000000"
LISTS = {"rogue": (ROGUE,)}
EVENT = Event(
    id="e1",
    source=Source.DIRECTORY_AUDITS,
    activity=Activity.GRANT_ADDED,
    operation="Add delegated permission grant",
    time=NOW,
    app=AppReference(app_id="a1", display_name="Mail {x} <b>"),
    scopes=PermissionChange(before=("User.Read",), after=("User.Read", "Mail.Read")),
)

GRANT = """
id: grant
kind: event
on: [grant.added]
alert: {severity: high, by: [app.appId, event.resourceAppId], title: "{app} gained {0.__class__} mail"}
when: {event.scopes.added: {anyOf: [Mail.Read]}}
"""


def rules(text: str, **more: object) -> RuleSet:
    return compile_policies(load_policies(text, lists=LISTS), lists=LISTS, **more)  # type: ignore[arg-type]


def test_a_finding_lists_each_condition_with_the_value_it_saw() -> None:
    (finding,) = rules(GRANT).judge_event(EVENT, None, NOW).findings
    (evidence,) = finding.evidence
    (seen,) = evidence.conditions
    assert evidence.event is EVENT
    assert (seen.condition, seen.outcome, seen.seen) == ('event.scopes.added anyOf ["Mail.Read"]', "true", "Mail.Read")
    assert (finding.severity, finding.group, finding.observed) == (Severity.HIGH, ("a1", ""), NOW)


def test_a_title_takes_the_name_of_the_app_as_plain_text() -> None:
    (finding,) = rules(GRANT).judge_event(EVENT, None, NOW).findings
    assert finding.title == "Mail {x} <b> gained {0.__class__} mail"


def test_an_event_of_another_activity_is_not_looked_at() -> None:
    other = structs.replace(EVENT, activity=Activity.SIGN_IN)
    assert rules(GRANT).judge_event(other, None, NOW) is NOTHING


@pytest.mark.parametrize(
    ("reference", "group"),
    [
        (AppReference(app_id="a1", service_principal_id="s1"), "a1"),
        (AppReference(service_principal_id="s1"), "object:s1"),
        (AppReference(), "event:e1"),
    ],
)
def test_an_event_groups_by_app_then_object_then_itself(reference: AppReference, group: str) -> None:
    event = structs.replace(EVENT, app=reference)
    (finding,) = rules(GRANT).judge_event(event, None, NOW).findings
    assert finding.group[0] == group


def test_an_unknown_fact_leaves_a_policy_not_evaluated_with_the_reason() -> None:
    text = (
        "{id: p, kind: event, on: [grant.added], when: {all: [{event.country: {eq: RU}}, {app.privilege: {eq: high}}]}}"
    )
    (missed,) = rules(text).judge_event(EVENT, None, NOW).not_evaluated
    assert (missed.policy_id, missed.reason) == ("p", "unknown: event.country, app.privilege")


def test_an_unknown_fact_that_no_longer_matters_is_not_reported() -> None:
    when = "{all: [{event.country: {eq: RU}}, {event.succeeded: {eq: false}}]}"
    text = f"{{id: p, kind: event, on: [grant.added], when: {when}}}"
    assert rules(text).judge_event(EVENT, None, NOW) is NOTHING


def test_facts_of_the_app_come_from_the_inventory_where_it_is_known() -> None:
    text = "{id: p, kind: event, on: [grant.added], when: {app.privilege: {eq: high}}}"
    app = App(app_id="a1", privilege=Privilege.HIGH)
    assert rules(text).judge_event(EVENT, app, NOW).findings
    assert rules(text).judge_event(EVENT, App(app_id="a1", privilege=Privilege.LOW), NOW) is NOTHING


def test_an_event_answers_its_app_id_without_the_inventory() -> None:
    text = "{id: p, kind: event, on: [grant.added], when: {app.appId: {in: {list: rogue}}}}"
    rogue = structs.replace(EVENT, app=AppReference(app_id=ROGUE))
    unresolved = structs.replace(EVENT, app=AppReference(service_principal_id="s1"))
    assert rules(text).judge_event(rogue, None, NOW).findings
    assert rules(text).judge_event(EVENT, None, NOW) is NOTHING
    assert rules(text).judge_event(unresolved, None, NOW).not_evaluated[0].reason == "unknown: event.app.appId"


def test_a_policy_that_raises_is_reported_and_stops_no_other() -> None:
    def broken(_root: object, _now: datetime) -> object:
        raise KeyError("gone")

    facts = [replace(fact, derive=broken) if fact.name == "app.age" else fact for fact in VOCABULARY.facts.values()]
    vocabulary = Vocabulary(facts, activities=VOCABULARY.activities, key_of_app=VOCABULARY.key_of_app)
    text = """
- {id: broken, kind: app, when: {app.age: {lt: 7d}}}
- {id: whole, kind: app, when: {app.privilege: {eq: high}}}
- {id: silent, kind: app, when: {app.privilege: {eq: low}}}
"""
    judgement = rules(text, vocabulary=vocabulary).judge_app(App(app_id="a", privilege=Privilege.HIGH), NOW)
    assert [finding.policy_id for finding in judgement.findings] == ["whole"]
    assert [(one.policy_id, one.reason) for one in judgement.not_evaluated] == [("broken", "error: KeyError: 'gone'")]


def test_a_time_without_a_zone_is_an_error_of_its_policy_only() -> None:
    text = "{id: p, kind: app, when: {app.created: {olderThan: 1d}}}"
    app = App(app_id="a", created=datetime(2025, 1, 1))  # noqa: DTZ001 -- the mistake under test
    (missed,) = rules(text).judge_app(app, NOW).not_evaluated
    assert missed.reason.startswith("error: TypeError")


def test_an_undated_event_is_judged_alone_and_cannot_be_a_match() -> None:
    window = "{id: w, kind: window, on: [grant.added], by: [app.appId], within: 1h, having: {count: events, ge: 2}}"
    undated = structs.replace(EVENT, time=None)
    judgement = rules(f"- {window}\n- " + GRANT.strip().replace("\n", "\n  ")).judge_event(undated, None, NOW)
    assert [finding.policy_id for finding in judgement.findings] == ["grant"]
    assert judgement.not_evaluated[0].reason.startswith("undated")


def test_a_match_carries_what_the_state_store_needs() -> None:
    text = """
id: w
kind: window
on: [mail.accessed]
by: [app.appId, event.actor.id]
within: 1h
having: {distinct: event.mailbox, ge: 2}
"""
    event = structs.replace(
        EVENT, activity=Activity.MAIL_ACCESSED, mailbox="m1", actor=Actor(kind=ActorKind.USER, id="u1")
    )
    compiled = rules(text)
    (match,) = compiled.judge_event(event, None, NOW).matches
    assert (match.policy_id, match.group, match.time, match.event_id) == ("w", ("a1", "u1"), NOW, "e1")
    assert (match.step, match.value, match.state_version) == (None, "m1", compiled.policies["w"].state_version)
    unread = structs.replace(EVENT, activity=Activity.MAIL_ACCESSED)
    assert compiled.judge_event(unread, None, NOW).not_evaluated[0].reason == "unknown: what the window measures"


def test_a_match_of_an_unresolved_app_says_that_it_may_miss_the_others_of_that_app() -> None:
    steps = "[{as: one, on: [grant.added]}, {as: two, on: [mail.accessed]}]"
    sequence = rules(f"{{id: s, kind: sequence, by: [app.appId], within: 1h, steps: {steps}}}")
    unresolved = structs.replace(EVENT, app=AppReference(service_principal_id="o1"))
    assert [one.reason for one in sequence.judge_event(unresolved, None, NOW).not_evaluated] == [
        "app unresolved: what it did under its appId is not joined"
    ]
    assert sequence.judge_event(unresolved, None, NOW).matches
    assert sequence.judge_event(EVENT, None, NOW).not_evaluated == ()


def test_strangers_with_an_unknown_group_are_not_thrown_together() -> None:
    text = "{id: w, kind: window, on: [signIn], by: [event.country], within: 1h, having: {count: events, ge: 2}}"
    event = structs.replace(EVENT, activity=Activity.SIGN_IN)
    assert rules(text).judge_event(event, None, NOW).not_evaluated[0].reason == "unknown: event.country"


def test_a_value_outside_the_baseline_fires_and_no_baseline_is_not_evaluated() -> None:
    text = "{id: p, kind: event, on: [grant.added], when: {event.country: {notIn: {baseline: app.countries}}}}"
    event = structs.replace(EVENT, client=Client(country="RU"))
    known = rules(text, baselines=lambda _name, _key: Baseline(values=frozenset({"DE"})))
    usual = rules(text, baselines=lambda _name, _key: Baseline(values=frozenset({"DE", "RU"})))
    empty = rules(text, baselines=lambda _name, _key: None)
    assert known.judge_event(event, None, NOW).findings
    assert usual.judge_event(event, None, NOW) is NOTHING
    assert empty.judge_event(event, None, NOW) is NOTHING
    (missed,) = rules(text).judge_event(event, None, NOW).not_evaluated
    assert missed.reason == 'unknown: the value of event.country notIn {"baseline":"app.countries"}'


def test_the_baseline_is_asked_for_the_app_of_the_event() -> None:
    asked: list[tuple[str, str]] = []

    def lookup(name: str, key: str) -> Baseline:
        asked.append((name, key))
        return Baseline(values=frozenset())

    text = "{id: p, kind: event, on: [grant.added], when: {event.country: {notIn: {baseline: app.countries}}}}"
    rules(text, baselines=lookup).judge_event(structs.replace(EVENT, client=Client(country="RU")), None, NOW)
    assert set(asked) == {("app.countries", "a1")}


def test_the_finding_of_an_app_names_it_whole() -> None:
    app = App(app_id="a1", service_principal_id="s1", display_name="Name", created=NOW - timedelta(days=1))
    (finding,) = rules("{id: p, kind: app, title: 'New {app}', when: {app.age: {lt: 7d}}}").judge_app(app, NOW).findings
    assert (finding.title, finding.group, finding.app.service_principal_id) == ("New Name", ("a1",), "s1")
    assert (finding.observed, finding.evidence) == (NOW, ())
    assert [(one.condition, one.seen) for one in finding.conditions] == [("app.age lt 7d", "1d")]


def test_long_values_are_cut_in_the_explanation() -> None:
    app = App(app_id="a1", display_name="x" * 5_000)
    text = "{id: p, kind: app, when: {app.displayName: {contains: x}}}"
    (finding,) = rules(text).judge_app(app, NOW).findings
    assert len(finding.conditions[0].seen) == 200
    assert len(finding.title) <= 320


def test_a_fact_may_not_reach_a_private_field() -> None:
    with pytest.raises(ValueError, match="not the name of a public field"):
        Fact("x", VOCABULARY.facts["app.appId"].type, ("__class__",), "")
