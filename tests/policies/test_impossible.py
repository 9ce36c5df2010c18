"""Combinations that can never hold are refused with their place; whatever may hold is not."""

from datetime import timedelta
from random import Random

import pytest

from shared.domain.apps import App
from shared.domain.events import Event
from shared.policies.binding import bind_policy
from shared.policies.errors import PolicyError, Problem
from shared.policies.facts import VOCABULARY
from shared.policies.impossible import refuse_impossible
from shared.policies.interpreter import Subject, evaluate
from shared.policies.loader import parse_policy
from shared.policies.model import Policy
from shared.policies.policy_entries import load_bundled
from shared.policies.templates import load_templates, policy_from
from tests.policies.random_documents import NOW, VALUES, random_struct
from tests.policies.random_policies import ConditionWriter, Dialect

DIALECT = Dialect(
    VOCABULARY,
    number_baseline="app.itemsPerHour",
    texts_baseline="app.countries",
    values=VALUES,
    lists=(),
    parameters=(),
)


def policy(when: object, **others: object) -> Policy:
    return parse_policy({"id": "one", "kind": "app", "when": when, **others})


def problems(when: object, **others: object) -> tuple[Problem, ...]:
    try:
        refuse_impossible(policy(when, **others))
    except PolicyError as error:
        return error.problems
    return ()


def of_credentials(*conditions: object) -> object:
    return {"any": {"of": "app.credentials", "where": {"all": list(conditions)}}}


@pytest.mark.parametrize(
    ("when", "place"),
    [
        ({"all": [{"app.risk": {"gt": 90}}, {"app.risk": {"lt": 5}}]}, "when.all[1].app.risk.lt"),
        ({"app.risk": {"gt": 5, "lt": 5}}, "when.app.risk.lt"),
        ({"app.risk": {"gt": 100}}, "when.app.risk.gt"),
        (
            {"all": [{"app.origin": {"eq": "external"}}, {"all": [{"app.origin": {"in": ["internal", "microsoft"]}}]}]},
            "when.all[1].all[0].app.origin.in",
        ),
        (
            {"all": [{"app.enabled": {"eq": True}}, {"not": {"app.enabled": {"eq": True}}}]},
            "when.all[1].not.app.enabled.eq",
        ),
        ({"all": [{"app.enabled": {"isNull": True}}, {"app.enabled": {"ne": True}}]}, "when.all[1].app.enabled.ne"),
        (
            {"all": [{"app.privilege": {"ge": "high"}}, {"app.privilege": {"lt": "medium"}}]},
            "when.all[1].app.privilege.lt",
        ),
        (
            {"all": [{"app.displayName": {"eq": "A b"}}, {"app.displayName": {"startsWith": "b"}}]},
            "when.all[1].app.displayName.startsWith",
        ),
        (
            {"all": [{"app.lastUsed": {"olderThan": "30d"}}, {"app.lastUsed": {"newerThan": "7d"}}]},
            "when.all[1].app.lastUsed.newerThan",
        ),
        (
            {"all": [{"app.traits": {"allOf": ["unused"]}}, {"app.traits": {"noneOf": ["unused", "new"]}}]},
            "when.all[1].app.traits.noneOf",
        ),
        ({"any": [{"app.risk": {"gt": 5}}, {"app.risk": {"gt": 9, "lt": 8}}]}, "when.any[1].app.risk.lt"),
        (of_credentials({"type": {"eq": "secret"}}, {"type": {"eq": "certificate"}}), "when.any.where.all[1].type.eq"),
    ],
    ids=str,
)
def test_a_combination_that_never_holds_is_refused_where_it_stands(when: object, place: str) -> None:
    [problem] = problems(when)
    assert str(problem).startswith(f"one {place}: ")


@pytest.mark.parametrize(
    "when",
    [
        {"any": [{"app.risk": {"gt": 90}}, {"app.risk": {"lt": 5}}]},
        {"app.risk": {"ge": 5, "le": 5}},
        {"all": [{"app.risk": {"gt": 5}}, {"app.risk": {"lt": 6}}]},
        {"all": [{"not": {"app.enabled": {"eq": True}}}, {"not": {"app.enabled": {"eq": False}}}]},
        {"all": [{"app.displayName": {"contains": "a"}}, {"app.displayName": {"endsWith": "b"}}]},
        {"all": [{"app.displayName": {"contains": "a"}}, {"app.displayName": {"ne": "a"}}]},
        {"all": [{"app.privilege": {"ge": "medium"}}, {"app.privilege": {"ne": "high"}}]},
        {"all": [{"app.traits": {"anyOf": ["unused", "new"]}}, {"app.traits": {"noneOf": ["new"]}}]},
        {"all": [{"app.traits": {"anyOf": ["new"]}}, {"not": {"app.traits": {"allOf": ["new", "unused"]}}}]},
        {"all": [{"app.created": {"olderThan": "7d"}}, {"app.created": {"newerThan": "8d"}}]},
        {"all": [{"app.publisher.name": {"in": {"list": "trustedPublishers"}}}, {"app.publisher.name": {"eq": "A"}}]},
        {
            "all": [
                of_credentials({"type": {"eq": "secret"}}),
                of_credentials({"type": {"eq": "certificate"}}),
            ]
        },
    ],
    ids=str,
)
def test_a_combination_that_may_hold_is_not(when: object) -> None:
    assert problems(when) == ()


def test_it_says_what_a_comparison_stands_against() -> None:
    [problem] = problems(
        {"app.risk": {"gt": {"parameter": "least"}, "lt": 5}},
        parameters={"least": {"default": 9, "description": "Least."}},
    )
    assert problem.text == (
        "app.risk lt 5 never holds together with app.risk gt 9 (parameter least): join them by any, or take one out"
    )


def test_a_scope_of_no_app_is_refused_and_one_of_an_empty_list_is_not() -> None:
    when = {"app.risk": {"gt": 5}}
    assert [one.path for one in problems(when, scope={"only": []})] == [("scope", "only")]
    assert problems(when, scope={"only": {"list": "protectedApps"}}) == ()
    assert problems(when, scope={"except": []}) == ()


def test_nothing_that_is_bundled_is_impossible() -> None:
    for entry in load_bundled():
        refuse_impossible(entry.policy)
    for template in load_templates().values():
        refuse_impossible(parse_policy(policy_from(template, "one", None, {}, {})))


@pytest.mark.parametrize("seed", range(4))
def test_what_is_refused_never_fires(seed: int) -> None:
    random = Random(seed)
    # Later than all dates of the random apps: what is past is never ahead.
    later = NOW + timedelta(days=60)
    subjects = [Subject(random_struct(random, Event), random_struct(random, App), later) for _ in range(60)]
    refused = 0
    for _ in range(400):
        parts = [ConditionWriter(random, DIALECT).condition(("app",)) for _ in range(3)]
        asked = policy({"all": parts})
        bound = bind_policy(asked, vocabulary=VOCABULARY, lists={})
        try:
            refuse_impossible(asked)
        except PolicyError as error:
            if all("any" not in one.path for one in error.problems):
                refused += 1
                assert not any(evaluate(bound.rules[0].condition, one) for one in subjects)
    assert refused
