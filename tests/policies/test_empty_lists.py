"""A list that the tenant has not filled yet: nothing is in it, and a policy may refer to it all the same."""

import pytest

from shared.domain.apps import App
from shared.domain.known import UNKNOWN
from shared.policies.errors import PolicyError
from shared.policies.facts import VOCABULARY
from shared.policies.grammar import Grammar
from shared.policies.interpreter import Subject, evaluate
from shared.policies.loader import parse_policy
from shared.policies.model import Kind
from shared.policies.operands import Values
from shared.policies.ruleset import compile_policies
from tests.pipeline.governance.written import NOW

LISTS: dict[str, tuple[str, ...]] = {"none": ()}
APP = App(app_id="a1111111-1111-4111-8111-111111111111", homepage="https://contoso.example", reply_urls=("x",))
BARE = App(app_id=APP.app_id, homepage="", reply_urls=())
NULL = App(app_id=APP.app_id, homepage=None, reply_urls=None)
UNREAD = App(app_id=APP.app_id, homepage=UNKNOWN, reply_urls=UNKNOWN)


@pytest.mark.parametrize(
    ("fact", "operator", "answer"),
    [
        ("app.homepage", "in", False),
        ("app.homepage", "notIn", True),
        ("app.homepage", "contains", False),
        ("app.homepage", "startsWith", False),
        ("app.homepage", "endsWith", False),
        ("app.replyUrls", "anyOf", False),
        ("app.replyUrls", "allOf", True),
        ("app.replyUrls", "noneOf", True),
    ],
)
def test_nothing_is_in_an_empty_list(fact: str, operator: str, answer: bool) -> None:
    when = {fact: {operator: {"list": "none"}}}
    condition = Grammar(Values(VOCABULARY, {}, LISTS, None), Kind.APP).condition(when, ("when",))
    rules = compile_policies([parse_policy({"id": "p", "kind": "app", "when": when})], lists=LISTS)
    for app, expected in ((APP, answer), (BARE, answer), (NULL, False), (UNREAD, None)):
        assert evaluate(condition, Subject(None, app, NOW)) is expected
        judgement = rules.judge_app(app, NOW)
        assert (len(judgement.findings), len(judgement.not_evaluated)) == (expected is True, expected is None)


def test_a_scope_of_an_empty_list_leaves_nothing_out_or_covers_nothing() -> None:
    def fires(scope: dict[str, object]) -> bool:
        raw = {"id": "p", "kind": "app", "when": {"app.homepage": {"isNull": False}}, "scope": scope}
        return bool(compile_policies([parse_policy(raw)], lists=LISTS).judge_app(APP, NOW).findings)

    assert fires({"except": {"list": "none"}})
    assert not fires({"only": {"list": "none"}})


def test_an_empty_literal_is_refused() -> None:
    policy = parse_policy({"id": "p", "kind": "app", "when": {"app.homepage": {"in": []}}})
    with pytest.raises(PolicyError, match="at least one value"):
        compile_policies([policy], lists=LISTS)
