"""One round of mending is enough: a wrong form hides no wrong name beside it, and makes up none."""

import pytest

from shared.policies.errors import PolicyError, key_path
from shared.policies.facts import VOCABULARY
from shared.policies.further_problems import parse_telling_all
from shared.policies.lists import load_lists

LISTS = load_lists()
SOUND = {"id": "own", "kind": "app", "when": {"app.origin": {"eq": "external"}}}


def places(**changes: object) -> list[str]:
    with pytest.raises(PolicyError) as refused:
        parse_telling_all({**SOUND, **changes}, VOCABULARY, LISTS)
    return [key_path(problem.path) for problem in refused.value.problems]


def test_a_policy_that_is_right_is_given() -> None:
    assert parse_telling_all(SOUND, VOCABULARY, LISTS).id == "own"


def test_a_wrong_form_and_a_wrong_name_are_told_together() -> None:
    wrong = {"app.orgin": {"eq": "external"}}
    assert places(alert={"severity": "hihg"}, when=wrong) == ["alert.severity", "when.app.orgin"]
    assert places(id="Not an id", when=wrong) == ["id", "when.app.orgin"]


def test_what_refers_to_a_part_that_is_wrong_itself_is_not_called_wrong() -> None:
    within = {"app.unusedFor": {"gt": {"parameter": "days"}}}
    assert places(parameters={"days": {"default": "90d"}}, when=within) == ["parameters.days.description"]
    assert places(kind="apps", when={"event.country": {"eq": "NL"}}) == ["kind"]


def test_a_part_that_is_wrong_is_not_missed_as_well() -> None:
    assert places(when=None, kind="window", on="signIn", by=["app.appId"], within="1h") == ["on"]
