"""Screening: nothing that a policy matches is passed over, and what it cannot be asked about is judged whole."""

from random import Random

import msgspec
import pytest

from shared.domain.activities import Activity
from shared.domain.app_references import AppReference
from shared.domain.apps import App
from shared.domain.events import Client, Event, Source
from shared.policies.loader import parse_policy
from shared.policies.model import Kind, State
from shared.policies.ruleset import RuleSet, compile_policies
from shared.policies.screening import Screening, screening_of
from tests.policies.random_documents import NOW, random_struct
from tests.policies.test_differential import LISTS, random_policy, usual

SEEN = Event(
    id="1",
    source=Source.SIGN_INS,
    activity=Activity.SIGN_IN,
    operation="x",
    time=NOW,
    app=AppReference(app_id="a", display_name="App"),
    client=Client(country="NL"),
)


def rules_of(**policy: object) -> RuleSet:
    return compile_policies([parse_policy({"id": "p", "kind": "event", "on": ["signIn"], **policy})], lists=LISTS)


def screening(**policy: object) -> Screening:
    found = screening_of(rules_of(**policy), "p")
    assert found is not None
    return found


def may_match(found: Screening, event: Event) -> bool:
    return found.may_match(found.decode(msgspec.json.encode(event)), None, NOW)


def test_whatever_judging_finds_or_cannot_evaluate_passes() -> None:
    random, asked, passed = Random(5), 0, 0
    for number in range(120):
        policy = random_policy(random, number)
        if policy.kind is not Kind.EVENT or policy.state is State.INACTIVE:
            continue
        rules = compile_policies([policy], lists=LISTS, baselines=usual)
        found = screening_of(rules, policy.id)
        if found is None:
            continue
        for _ in range(20):
            event, app = random_struct(random, Event), random_struct(random, App)
            may = found.may_match(found.decode(msgspec.json.encode(event)), app, NOW)
            judgement = rules.judge_event(event, app, NOW)
            asked, passed = asked + 1, passed + may
            assert may or not (judgement.findings or judgement.not_evaluated)
    assert asked > 80
    assert passed < asked


def test_only_fields_that_are_read_are_decoded() -> None:
    found = screening(when={"event.country": {"in": ["KP"]}})
    narrow = found.decode(msgspec.json.encode(SEEN))
    assert msgspec.structs.asdict(narrow) == {"time": NOW, "app": SEEN.app, "client": SEEN.client}
    assert not may_match(found, SEEN)
    assert may_match(found, msgspec.structs.replace(SEEN, client=Client(country="KP")))


@pytest.mark.parametrize("when", [{"event.actor.kind": {"eq": "user"}}, {"app.age": {"lt": "2d"}}])
def test_a_policy_that_reads_what_is_derived_of_an_event_is_not_screened(when: dict[str, object]) -> None:
    assert screening_of(rules_of(when=when), "p") is None
