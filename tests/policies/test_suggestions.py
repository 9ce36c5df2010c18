"""What an alert suggests: a policy for the pattern, and louder and quieter variants, each of which can be used."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from shared.domain.activities import Activity
from shared.domain.app_references import AppReference
from shared.domain.apps import App, Origin
from shared.domain.events import Event, Source
from shared.domain.privileges import Privilege
from shared.domain.severities import Severity
from shared.policies.binding import bind_policy
from shared.policies.examples import app_of, events_of
from shared.policies.facts import VOCABULARY
from shared.policies.lists import load_lists
from shared.policies.loader import load_catalogue, parse_policy
from shared.policies.model import Policy, State
from shared.policies.ruleset import RuleSet, compile_policies
from shared.policies.suggestions import Purpose, Shown, Suggestion, pattern_of
from shared.policies.trials import play
from shared.policies.variants import variants_of

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
APP = App(
    app_id="5f0c1f0e-5d3c-4f4e-9d61-0c6a3f6f1c11",
    display_name="Mail Merge Pro",
    origin=Origin.EXTERNAL,
    publisher_verified=False,
    privilege=Privilege.HIGH,
)
CATALOGUE = {policy.id: policy for policy in load_catalogue()}


def event(name: str, activity: Activity = Activity.GRANT_ADDED, **fields: object) -> Event:
    return Event(
        id=name,
        source=Source.DIRECTORY_AUDITS,
        activity=activity,
        operation=activity,
        time=NOW,
        app=AppReference(app_id=APP.app_id),
        **fields,  # type: ignore[arg-type]
    )


def shown(*events: Event, app: App | None = APP, measure: float | None = None) -> Shown:
    return Shown(title="A grant", severity=Severity.HIGH, events=events, app=app, measure=measure)


def rules(definition: dict[str, object]) -> RuleSet:
    policy = parse_policy({**definition, "state": "active"})
    bind_policy(policy, vocabulary=VOCABULARY, lists=load_lists())
    return compile_policies([policy])


def pattern(what: Shown) -> Suggestion:
    found = pattern_of(what, "like-this", VOCABULARY, NOW)
    assert found is not None
    return found


def test_the_pattern_catches_the_events_that_it_was_drafted_from() -> None:
    events = (event("1", consent_type="AllPrincipals"), event("2", consent_type="AllPrincipals"))
    drafted = pattern(shown(*events))
    assert drafted.definition["state"] == "inactive"
    found = [rules(drafted.definition).judge_event(each, APP, NOW).findings for each in events]
    assert all(found)


def test_what_the_events_differ_in_is_not_asked_for() -> None:
    drafted = pattern(shown(event("1", consent_type="AllPrincipals"), event("2", consent_type="Principal")))
    assert "event.consentType" not in str(drafted.definition["when"])


def test_the_pattern_never_names_the_app_and_catches_another_like_it() -> None:
    drafted = pattern(shown(event("1", consent_type="AllPrincipals")))
    assert APP.app_id not in str(drafted.definition)
    assert "Mail Merge" not in str(drafted.definition)
    other = App(app_id="b" * 36, origin=Origin.EXTERNAL, publisher_verified=False, privilege=Privilege.HIGH)
    assert rules(drafted.definition).judge_event(event("3", consent_type="AllPrincipals"), other, NOW).findings


def test_an_alert_on_the_state_of_an_app_gives_a_policy_on_apps() -> None:
    drafted = pattern(shown())
    assert drafted.definition["kind"] == "app"
    assert rules(drafted.definition).judge_app(APP, NOW).findings


def test_nothing_in_common_is_no_pattern() -> None:
    assert pattern_of(shown(app=None), "like-this", VOCABULARY, NOW) is None


@pytest.mark.parametrize("policy", CATALOGUE.values(), ids=CATALOGUE.keys())
def test_every_variant_of_every_policy_can_be_used(policy: Policy) -> None:
    variants = variants_of(policy, shown(measure=70), "a-variant", is_bundled=True)
    assert variants
    for one in variants:
        bind_policy(parse_policy(one.definition), vocabulary=VOCABULARY, lists=load_lists())
        assert one.tuning


@pytest.mark.parametrize("policy", CATALOGUE.values(), ids=CATALOGUE.keys())
def test_a_quieter_variant_fires_on_nothing_new_and_a_stricter_one_on_all_that_did(policy: Policy) -> None:
    for one in variants_of(policy, shown(app=None), "a-variant", is_bundled=False):
        before, after = compile_policies([policy.model_copy(update={"state": State.ACTIVE})]), rules(one.definition)
        for test in policy.tests:
            if test.baselines:
                continue
            fired, fires = _fires(before, test), _fires(after, test)
            assert fires <= fired if one.purpose is Purpose.QUIETER else fires >= fired


def test_a_threshold_over_what_is_usual_is_varied_like_any() -> None:
    variants = variants_of(CATALOGUE["mass-mail-read"], shown(app=None), "a-variant", is_bundled=True)
    quieter = [one.tuning for one in variants if one.purpose is Purpose.QUIETER]
    assert quieter == [{"parameters": {"timesUsual": 10}}, {"parameters": {"leastMailboxes": 100}}]


def test_the_quieter_variant_leaves_out_the_app_alone() -> None:
    [quieter] = [
        one
        for one in variants_of(CATALOGUE["credential-added"], shown(), "a-variant", is_bundled=True)
        if one.tuning == {"scope": {"except": [APP.app_id]}}
    ]
    added = event("1", Activity.CREDENTIAL_ADDED, succeeded=True)
    assert compile_policies([CATALOGUE["credential-added"]]).judge_event(added, APP, NOW).findings
    assert not rules(quieter.definition).judge_event(added, APP, NOW).findings


def _fires(of: RuleSet, test: object) -> bool:
    app, events = app_of(test), events_of(test)  # type: ignore[arg-type]  # a test of the policy
    if events:
        return play(of, events, app).fired
    return bool(app and of.judge_app(app, NOW).findings)


def test_evidence_that_was_read_in_part_is_not_told_as_all_of_it() -> None:
    events = (event("1", consent_type="AllPrincipals"),)
    whole, part = (pattern(replace(shown(*events), is_partial=is_partial)) for is_partial in (False, True))
    assert whole.why.startswith("All of the evidence agrees")
    assert part.why.startswith("The first 1 events of the evidence agree")
