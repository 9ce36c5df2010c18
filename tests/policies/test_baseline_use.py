"""Baselines in policies: which events need them, the facts to compare them with, and examples that state them."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from shared.domain.activities import Activity
from shared.domain.events import Client, Event, Source
from shared.domain.known import UNKNOWN
from shared.policies.checks import check_texts
from shared.policies.errors import PolicyError
from shared.policies.facts import VOCABULARY
from shared.policies.lists import load_lists
from shared.policies.loader import load_catalogue, load_policies
from shared.policies.ruleset import RuleSet, compile_policies

NOW = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
CALL = Event(
    id="1",
    source=Source.GRAPH_ACTIVITY,
    activity=Activity.GRAPH_CALLED,
    operation="GET /me",
    time=NOW,
    method="GET",
    path="/me",
    client=Client(asn=64500),
)


def rules(text: str) -> RuleSet:
    return compile_policies(load_policies(text, lists=load_lists()))


def value(fact: str, event: Event) -> object:
    derive = VOCABULARY.facts[fact].derive
    assert derive is not None
    return derive(event, NOW)


@pytest.mark.parametrize(
    "condition",
    [
        "{event.country: {notIn: {baseline: app.countries}}}",
        "{not: {any: [{event.succeeded: {eq: false}}, {event.country: {in: {baseline: app.countries}}}]}}",
        "{ifApplicable: {event.itemCount: {gt: {baseline: app.itemsPerHour, times: 2}}}}",
    ],
)
def test_an_activity_is_compared_wherever_in_a_condition_the_baseline_stands(condition: str) -> None:
    text = f"- {{id: one, kind: event, on: [signIn], alert: {{by: [app.appId]}}, when: {condition}}}"
    assert rules(text).activities_compared == {"signIn"}


def test_a_window_is_compared_by_its_bound_and_a_plain_rule_by_nothing() -> None:
    window = """
- {id: one, kind: window, on: [mail.sent], by: [app.appId], within: 1h,
   having: {count: events, gt: {baseline: app.itemsPerHour}}}
- {id: two, kind: event, on: [signIn], alert: {by: [app.appId]}, when: {event.succeeded: {eq: true}}}
"""
    assert rules(window).activities_compared == {"mail.sent"}


def test_of_a_chain_only_the_step_that_compares_needs_a_baseline() -> None:
    assert "signIn" in compile_policies(load_catalogue()).activities_compared
    assert "credential.added" not in compile_policies(load_catalogue()).activities_compared


def test_the_numbers_of_a_comparison_with_a_baseline_may_be_parameters() -> None:
    text = """
id: one
kind: window
on: [mail.sent]
by: [app.appId]
within: 1h
parameters: {often: {default: 2, description: How often.}, word: {default: two, description: No number.}}
having: {count: events, gt: {baseline: app.itemsPerHour, times: {parameter: NAME}, atLeast: 2}}
"""
    assert rules(text.replace("NAME", "often")).activities_compared == {"mail.sent"}
    with pytest.raises(PolicyError, match=r"having\.gt\.times"):
        rules(text.replace("NAME", "word"))
    with pytest.raises(PolicyError, match=r"unknown parameter oftn; did you mean often\?"):
        rules(text.replace("NAME", "oftn"))


def test_facts_have_the_form_in_which_baselines_hold_them() -> None:
    assert value("event.network", CALL) == "64500"
    assert value("event.hour", CALL) == "23"
    assert value("event.call", CALL) == "GET /me"


def test_facts_that_no_record_told_are_unknown_and_empty_ones_null() -> None:
    bare = replace(CALL, time=None, client=Client())
    assert (value("event.network", bare), value("event.hour", bare)) == (UNKNOWN, UNKNOWN)
    assert value("event.network", replace(CALL, client=Client(asn=None))) is None
    assert value("event.call", replace(CALL, activity=Activity.SIGN_IN)) is None


def test_an_example_with_a_baseline_that_does_not_exist_is_refused_by_name() -> None:
    text = """
id: one
kind: event
on: [signIn]
alert: {by: [app.appId]}
when: {event.country: {notIn: {baseline: app.countries}}}
tests:
  - {name: elsewhere, fires: true, baselines: {app.country: [SE]}, event: {activity: signIn, client: {country: NO}}}
"""
    problems = [str(problem) for problem in check_texts([("one.yaml", text)])]
    assert [problem for problem in problems if "unknown baseline app.country" in problem]
