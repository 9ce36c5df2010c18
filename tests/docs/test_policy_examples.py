"""Every policy in the pages, whole or in part, can be used as it stands, and does in a simulation what it says."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from shared.domain.policy_book import PolicyBody, PolicyBook
from shared.domain.simulations import LookedAt
from shared.policies.documents import read_document
from shared.policies.examples import MOMENT, app_of, events_of
from shared.policies.lists import load_lists
from shared.policies.loader import parse_policy
from shared.policies.model import Kind, Policy, PolicyTest, State
from shared.policies.policy_entries import lists_of, load_bundled
from shared.policies.policy_files import Surroundings, read_folder
from shared.policies.ruleset import compile_sound
from shared.policies.simulation import PolicySimulation
from shared.policies.trials import rules_of

ROOT = Path(__file__).resolve().parents[2]
_BLOCK = re.compile(r"^ *```yaml\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_PARTS = {"on", "by", "within", "having", "steps", "when", "kind", "actions", "scope", "alert", "parameters"}
LISTS = {**lists_of(load_lists(), PolicyBook()), "ourCountries": ("NO", "SE")}


def _blocks() -> Iterator[tuple[str, str]]:
    for page in sorted((ROOT / "docs").rglob("*.md")):
        for number, text in enumerate(_BLOCK.findall(page.read_text(encoding="utf-8")), 1):
            if not text.startswith("# yaml-language-server") and "\njobs:" not in text:
                yield f"{page.relative_to(ROOT / 'docs')} {number}", text


BLOCKS = dict(_blocks())


def policy_in(text: str) -> Policy | None:
    """The policy of a block; what stands there in part is made whole. None where it is another kind of file."""
    value = read_document(text, "example").value
    if not isinstance(value, dict) or "tune" in value or "lists" in value:
        return None
    body: PolicyBody = {"id": "example", **value}
    if "kind" not in body:
        assert body.keys() - {"id"} <= _PARTS
        body["kind"] = _kind_of(body)
    if body["kind"] == Kind.WINDOW and "on" not in body:
        body |= {"on": ["mail.accessed"], "by": ["app.appId"], "within": "1h"}
    if body["kind"] == Kind.EVENT and "on" not in body:
        body["on"] = ["signIn"]
    if body["kind"] == Kind.APP and "when" not in body:
        body["when"] = {"app.enabled": {"eq": True}}
    return parse_policy(body)


def _kind_of(body: PolicyBody) -> Kind:
    if "steps" in body:
        return Kind.SEQUENCE
    if "having" in body:
        return Kind.WINDOW
    return Kind.EVENT if "event." in str(body.get("when", "")) else Kind.APP


def simulated(policy: Policy, test: PolicyTest | None) -> int:
    """How many alerts a simulation of the example's day tells of."""
    rules = compile_sound([policy.model_copy(update={"state": State.ACTIVE})], lists=LISTS)
    if test is not None and test.baselines:
        rules = rules_of(policy, test, LISTS)
    work = PolicySimulation(rules, policy)
    hour = MOMENT.replace(minute=0)
    app, events = (app_of(test), events_of(test)) if test else (None, ())
    if events:
        for number in range(24 * 30):
            start = hour + timedelta(hours=number)
            of_hour = [one for one in events if one.time and start <= one.time < start + timedelta(hours=1)]
            if of_hour:
                work.feed(start, [(one, app) for one in of_hour])
            work.end_hour(start)
        work.end(hour + timedelta(hours=24 * 30))
    elif app is not None:
        work.judge_app(app, [MOMENT])
    result = work.result(LookedAt(first_day=MOMENT.date(), last_day=MOMENT.date()), ())
    assert not [one for one in result.not_evaluated if one.reason.startswith("error")]
    return result.alerts


@pytest.mark.parametrize("text", BLOCKS.values(), ids=BLOCKS.keys())
def test_an_example_is_loaded_and_simulated(text: str) -> None:
    policy = policy_in(text)
    if policy is None:
        surroundings = Surroundings(
            bundled={one.policy.id: one.policy for one in load_bundled()}, lists=LISTS, routes=None
        )
        folder = read_folder([("example.yaml", text)], surroundings)
        assert folder.problems == ()
        assert folder.policies or folder.lists
        return
    assert not compile_sound([policy], lists=LISTS).broken
    assert simulated(policy, None) == 0
    for test in policy.tests:
        assert (simulated(policy, test) > 0) is test.fires


def test_there_are_examples_of_every_kind() -> None:
    found = [policy_in(text) for text in BLOCKS.values()]
    assert {policy.kind for policy in found if policy is not None} == set(Kind)


def test_an_example_that_is_wrong_would_be_told() -> None:
    wrong = "kind: app\nwhen: {app.orgin: {eq: external}}\n"
    policy = policy_in(wrong)
    assert policy is not None
    assert "app.origin" in str(compile_sound([policy], lists=LISTS).broken["example"][0])
