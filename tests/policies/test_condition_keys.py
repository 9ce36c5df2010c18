"""Policies that begin alike share a test, and answer as if each stood alone."""

from datetime import UTC, datetime

from shared.domain.apps import App
from shared.policies.compiler import compile_conditions
from shared.policies.condition_keys import key_of
from shared.policies.conditions import Condition
from shared.policies.facts import VOCABULARY
from shared.policies.grammar import Grammar
from shared.policies.model import Kind
from shared.policies.operands import Values

NOW = datetime(2026, 6, 1, tzinfo=UTC)
ENABLED = {"app.enabled": {"eq": True}}


def parse(raw: object) -> Condition:
    return Grammar(Values(VOCABULARY, {}, {}, None), Kind.APP).condition(raw, ("when",))


def owners(count: int) -> dict[str, object]:
    return {"app.ownerCount": {"eq": count}}


def test_conditions_that_are_written_alike_have_one_key_and_others_another() -> None:
    written: list[object] = [
        owners(1),
        owners(2),
        {"app.ownerCount": {"ne": 1}},
        {"not": owners(1)},
        {"ifApplicable": owners(1)},
        {"all": [owners(1), ENABLED]},
        {"any": [owners(1), ENABLED]},
        {"app.credentials": {"count": {"eq": 1}}},
        {"any": {"of": "app.credentials", "where": {"type": {"eq": "secret"}}}},
    ]
    assert [key_of(parse(raw)) for raw in written] == [key_of(parse(raw)) for raw in written]
    assert len({key_of(parse(raw)) for raw in written}) == len(written)


def test_what_is_compared_with_a_baseline_equals_itself_only() -> None:
    raw = {"app.ownerCount": {"gt": {"baseline": "app.itemsPerHour"}}}
    assert key_of(parse(raw)) != key_of(parse(raw))


def test_hits_come_in_the_order_of_the_conditions_whatever_they_share() -> None:
    written: list[object] = [
        {"all": [ENABLED, owners(1)]},
        owners(1),
        {"all": [ENABLED, owners(2)]},
        ENABLED,
        {"all": [ENABLED, owners(1), {"app.homepage": {"isNull": True}}]},
        owners(1),
    ]
    hits = compile_conditions([parse(raw) for raw in written], over_events=False).hits
    assert hits(None, App(app_id="a", enabled=True, owner_count=1, homepage=None), NOW) == [0, 1, 3, 4, 5]
    assert hits(None, App(app_id="a", enabled=False, owner_count=1), NOW) == [1, 5]
    assert hits(None, App(app_id="a", enabled=True, owner_count=2), NOW) == [2, 3]
    assert hits(None, App(app_id="a"), NOW) == [0, 1, 2, 3, 4, 5]
