"""What a change rests on, and what a body may hold: no storage is needed to decide these."""

import pytest

from shared.domain.policy_book import PolicyBody, canonical
from shared.pipeline.governance.book_changes import refuse_stale
from shared.pipeline.governance.check_definition import own_keys
from shared.pipeline.governance.errors import PolicyRefused, StalePolicy


@pytest.mark.parametrize("if_match", [None, "*", '"2"', '"1", "2"', ' "2" '])
def test_the_version_that_there_is_may_be_named_alone_or_among_others(if_match: str | None) -> None:
    refuse_stale(if_match, '"2"')


@pytest.mark.parametrize("if_match", ["", "2", '"1"', 'W/"2"', '"1", W/"2"', '"2"x', '"*"'])
def test_a_weak_or_another_version_is_refused(if_match: str) -> None:
    with pytest.raises(StalePolicy):
        refuse_stale(if_match, '"2"')


def test_nothing_matches_what_is_not_there() -> None:
    refuse_stale(None, None)
    with pytest.raises(StalePolicy):
        refuse_stale("*", None)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf"), 2**63, -(10**400), 1e300])
def test_a_number_that_storage_cannot_hold_is_refused_at_its_place(number: float) -> None:
    with pytest.raises(PolicyRefused) as refused:
        own_keys({"when": {"any": [1, {"ge": number}]}}, "ours", 1)
    assert [problem.path for problem in refused.value.problems] == [("when", "any", 1, "ge")]


def test_numbers_true_and_false_are_kept_as_they_are() -> None:
    body: PolicyBody = {"a": [2**63 - 1, -5, 0.5, True, None], "b": {"c": "1e999"}}
    assert own_keys(body, "ours", 1) == body


def test_true_is_not_the_same_as_one_and_the_order_of_keys_is_nothing() -> None:
    assert canonical({"default": 1}) != canonical({"default": True})
    assert canonical({"a": 1, "b": 2}) == canonical({"b": 2, "a": 1})
