"""Null is not unknown: what each kind of condition answers for them."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs

from shared.domain.apps import App, Credential
from shared.domain.events import CredentialKind
from shared.domain.known import UNKNOWN
from shared.policies.conditions import Condition
from shared.policies.facts import VOCABULARY
from shared.policies.grammar import Grammar
from shared.policies.interpreter import Subject, Truth, evaluate, unknown_names
from shared.policies.model import Kind
from shared.policies.operands import Values

NOW = datetime(2026, 1, 1, tzinfo=UTC)
NULL = App(app_id="a", homepage=None, owner_count=None, credentials=None, reply_urls=None, created=None)
UNREAD = App(app_id="a")
FULL = App(
    app_id="a",
    homepage="https://Example.org",
    owner_count=0,
    created=NOW - timedelta(days=10),
    reply_urls=(),
    credentials=(
        Credential(kind=CredentialKind.SECRET, start=NOW, end=NOW + timedelta(days=30)),
        Credential(kind=CredentialKind.CERTIFICATE, start=NOW, end=NOW + timedelta(days=700)),
    ),
)


def parse(raw: object) -> Condition:
    return Grammar(Values(VOCABULARY, {}, {}, None), Kind.APP).condition(raw, ("when",))


def ask(raw: object, app: App) -> Truth:
    return evaluate(parse(raw), Subject(None, app, NOW))


LEAVES = (
    {"app.homepage": {"eq": "x"}},
    {"app.homepage": {"ne": "x"}},
    {"app.homepage": {"notIn": ["x"]}},
    {"app.homepage": {"contains": "x"}},
    {"app.homepage": {"matches": "x"}},
    {"app.ownerCount": {"lt": 5}},
    {"app.created": {"olderThan": "1d"}},
    {"app.age": {"gt": "1d"}},
    {"app.replyUrls": {"noneOf": ["x"]}},
    {"app.credentials": {"count": {"eq": 0}}},
    {"any": {"of": "app.credentials", "where": {"type": {"eq": "secret"}}}},
)


@pytest.mark.parametrize("leaf", LEAVES, ids=str)
def test_a_comparison_with_null_is_false_and_its_negation_true(leaf: dict[str, object]) -> None:
    assert ask(leaf, NULL) is False
    assert ask({"not": leaf}, NULL) is True


@pytest.mark.parametrize("leaf", LEAVES, ids=str)
def test_a_comparison_with_unknown_is_unknown_and_so_is_its_negation(leaf: dict[str, object]) -> None:
    assert ask(leaf, UNREAD) is None
    assert ask({"not": leaf}, UNREAD) is None


@pytest.mark.parametrize("leaf", LEAVES, ids=str)
def test_if_applicable_takes_null_and_unknown_as_satisfied(leaf: dict[str, object]) -> None:
    assert ask({"ifApplicable": leaf}, NULL) is True
    assert ask({"ifApplicable": leaf}, UNREAD) is True


def test_if_applicable_is_the_condition_itself_where_the_fact_is_there() -> None:
    assert ask({"ifApplicable": {"app.ownerCount": {"eq": 0}}}, FULL) is True
    assert ask({"ifApplicable": {"app.ownerCount": {"gt": 0}}}, FULL) is False


def test_is_null_tells_null_from_unknown() -> None:
    assert ask({"app.homepage": {"isNull": True}}, NULL) is True
    assert ask({"app.homepage": {"isNull": True}}, FULL) is False
    assert ask({"app.homepage": {"isNull": True}}, UNREAD) is None
    assert ask({"app.homepage": {"isNull": False}}, NULL) is False


def test_unknown_yields_to_what_decides_alone() -> None:
    unread, false, true = {"app.enabled": {"eq": True}}, {"app.ownerCount": {"gt": 9}}, {"app.ownerCount": {"eq": 0}}
    assert ask({"all": [unread, false]}, FULL) is False
    assert ask({"all": [unread, true]}, FULL) is None
    assert ask({"any": [unread, true]}, FULL) is True
    assert ask({"any": [unread, false]}, FULL) is None


def test_any_of_a_collection_asks_one_and_the_same_element() -> None:
    def where(kind: str, days: int) -> dict[str, object]:
        parts = [{"type": {"eq": kind}}, {"lifetime": {"gt": f"{days}d"}}]
        return {"any": {"of": "app.credentials", "where": {"all": parts}}}

    assert ask(where("certificate", 180), FULL) is True
    assert ask(where("secret", 180), FULL) is False


def test_an_element_with_an_unknown_fact_leaves_the_collection_unknown() -> None:
    app = App(app_id="a", credentials=(Credential(), Credential(kind=CredentialKind.CERTIFICATE)))
    condition = {"any": {"of": "app.credentials", "where": {"type": {"eq": "secret"}}}}
    assert ask(condition, app) is None
    assert unknown_names(parse(condition), Subject(None, app, NOW)) == ("app.credentials: type",)


def test_texts_compare_without_case_and_tokens_exactly() -> None:
    assert ask({"app.homepage": {"eq": "HTTPS://EXAMPLE.ORG"}}, FULL) is True
    assert ask({"app.homepage": {"endsWith": [".net", ".ORG"]}}, FULL) is True
    assert ask({"app.homepage": {"matches": r"^https://[a-z]+\.org$"}}, FULL) is True
    audience = structs.replace(FULL, sign_in_audience="AzureADMyOrg")
    assert ask({"app.signInAudience": {"eq": "azureadmyorg"}}, audience) is False
    assert ask({"app.signInAudience": {"eq": "AzureADMyOrg"}}, audience) is True


def test_a_word_that_is_kept_in_one_form_is_compared_in_it() -> None:
    app = structs.replace(FULL, app_id="5f0c1f0e-5d3c-4f4e-9d61-0c6a3f6f1c11")
    assert ask({"app.appId": {"eq": "5F0C1F0E-5D3C-4F4E-9D61-0C6A3F6F1C11"}}, app) is True


def test_several_operators_on_one_fact_mean_all_of_them() -> None:
    assert ask({"app.age": {"gt": "9d", "lt": "11d"}}, FULL) is True
    assert ask({"app.age": {"gt": "9d", "lt": "10d"}}, FULL) is False


def test_a_negative_duration_points_into_the_future() -> None:
    soon = {"all": [{"expires": {"olderThan": "-31d"}}, {"expires": {"newerThan": "0d"}}]}
    later = {"all": [{"expires": {"olderThan": "-29d"}}, {"expires": {"newerThan": "0d"}}]}
    assert ask({"any": {"of": "app.credentials", "where": soon}}, FULL) is True
    assert ask({"any": {"of": "app.credentials", "where": later}}, FULL) is False


def test_the_count_of_a_collection_is_compared_like_a_number() -> None:
    assert ask({"app.credentials": {"count": {"gt": 1, "lt": 3}}}, FULL) is True
    assert ask({"app.replyUrls": {"count": {"eq": 0}}}, FULL) is True


def test_privileges_compare_by_rank() -> None:
    medium = App(app_id="a", privilege="medium")  # type: ignore[arg-type] # as decoded from another's JSON
    assert ask({"app.privilege": {"ge": "medium"}}, medium) is True
    assert ask({"app.privilege": {"gt": "medium"}}, medium) is False
    assert ask({"app.privilege": {"lt": "high"}}, medium) is True


def test_the_marker_of_the_unknown_is_falsy_as_compiled_code_expects() -> None:
    assert not UNKNOWN
