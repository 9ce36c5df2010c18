"""Whole policies on whole apps and events: the compiled rule set against a plain reading of the same policies."""

from collections import Counter
from random import Random

import pytest

from shared.domain.activities import Activity
from shared.domain.apps import App
from shared.domain.events import Event
from shared.domain.known import UNKNOWN, Known
from shared.policies.baselines import Baseline
from shared.policies.binding import bind_policy
from shared.policies.conditions import Condition
from shared.policies.facts import VOCABULARY
from shared.policies.interpreter import Subject, evaluate
from shared.policies.judgements import Judgement
from shared.policies.loader import parse_policy
from shared.policies.model import Kind, Policy, State
from shared.policies.ruleset import compile_policies
from tests.conftest import RecordFigure
from tests.policies.random_documents import NOW, VALUES, random_struct
from tests.policies.random_policies import APP_IDS, ConditionWriter, Dialect

POLICIES = 40
LISTS: dict[str, tuple[str, ...]] = {"some": ("alpha", "Beta", APP_IDS[0]), "none": ()}
DIALECT = Dialect(
    VOCABULARY,
    number_baseline="app.itemsPerHour",
    texts_baseline="app.countries",
    values=VALUES,
    lists=tuple(LISTS),
    parameters=("word",),
)
PLACES = frozenset({"alpha", "FR"})


def usual(_name: str, key: str) -> Known[Baseline]:
    """Known of one app, read and empty of another, unknown of the others."""
    if key == APP_IDS[0]:
        return Baseline(mean=3.0, deviation=1.0, values=PLACES)
    return None if key == APP_IDS[1] else UNKNOWN


def random_policy(random: Random, number: int) -> Policy:
    over_events = random.random() < 0.6
    raw: dict[str, object] = {
        "id": f"p-{number}",
        "kind": "event" if over_events else "app",
        "state": random.choice(["active", "active", "audit", "inactive"]),
        "parameters": {"word": {"default": random.choice(VALUES), "description": "A word."}},
        "when": ConditionWriter(random, DIALECT).condition(("event", "app") if over_events else ("app",)),
    }
    if over_events:
        raw["on"] = random.sample([activity.value for activity in Activity], 30)
    if random.random() < 0.4:
        word, apps = random.choice(["only", "except"]), random.sample(APP_IDS, 2)
        raw["scope"] = {word: [random.choice([one, one.upper()]) for one in apps]}
    return parse_policy(raw)


def covers(policy: Policy, app_id: str | None) -> bool:
    if policy.scope is None:
        return True
    named = policy.scope.only if policy.scope.only is not None else policy.scope.except_
    assert isinstance(named, tuple)
    is_named = app_id is not None and app_id.lower() in {one.lower() for one in named}
    return is_named if policy.scope.only is not None else not is_named


def plain(policy: Policy, condition: Condition, subject: Subject) -> bool | None:
    """Whether the policy fires; None where that is unknown."""
    event, app = subject.event, subject.app
    if policy.state is State.INACTIVE:
        return False
    if isinstance(event, Event):
        if policy.kind is not Kind.EVENT or event.activity not in policy.on or not covers(policy, event.app.app_id):
            return False
    elif policy.kind is not Kind.APP or not isinstance(app, App) or not covers(policy, app.app_id):
        return False
    return evaluate(condition, subject)


def condition_of(policy: Policy) -> Condition:
    return bind_policy(policy, vocabulary=VOCABULARY, lists=LISTS, baselines=usual).rules[0].condition


def told(judgement: Judgement, policy: Policy) -> bool | None:
    if any(one.policy_id == policy.id for one in judgement.findings):
        return True
    return None if any(one.policy_id == policy.id for one in judgement.not_evaluated) else False


def compare(seed: int, documents: int) -> Counter[str]:
    """Random policies on random documents, each of them on each."""
    random = Random(seed)
    policies = [random_policy(random, number) for number in range(POLICIES)]
    conditions = [condition_of(policy) for policy in policies]
    rules = compile_policies(policies, lists=LISTS, baselines=usual)
    outcomes = Counter[str]()
    for _ in range(documents):
        event = random_struct(random, Event) if random.random() < 0.6 else None
        app = random_struct(random, App) if event is None or random.random() < 0.7 else None
        subject = Subject(event, app, NOW)
        if event is not None:
            judgement = rules.judge_event(event, app, NOW)
        else:
            assert app is not None
            judgement = rules.judge_app(app, NOW)
        for policy, condition in zip(policies, conditions, strict=True):
            answer = told(judgement, policy)
            assert answer is plain(policy, condition, subject), (seed, policy, subject)
            outcomes[str(answer)] += 1
    return outcomes


def test_a_rule_set_answers_as_its_policies_read_plainly() -> None:
    outcomes = sum((compare(seed, 100) for seed in range(4)), Counter[str]())
    assert outcomes.total() == 16_000
    assert min(outcomes["True"], outcomes["False"], outcomes["None"]) > 600, outcomes


@pytest.mark.soak
def test_a_million_policies_on_documents_agree(record_figure: RecordFigure) -> None:
    outcomes = sum((compare(seed, 250) for seed in range(1_000, 1_105)), Counter[str]())
    record_figure("R17", "random policies on random apps and events", outcomes.total())
    record_figure("R17", "answers that differ from a plain reading", 0)
    assert outcomes.total() >= 1_000_000
