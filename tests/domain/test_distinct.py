"""Different values and tallies: exact while few, close while many, and the same in any order."""

from functools import reduce

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.distinct import MOST_EXACT, Distinct, Tally, distinct, merged, tally, union

FEW = st.frozensets(st.text(max_size=8), max_size=20).map(distinct)
MANY = st.tuples(st.integers(0, 50), st.integers(0, 700)).map(
    lambda span: distinct(f"value {number}" for number in range(span[0], span[0] + span[1]))
)
ANY = FEW | MANY
TALLIES = st.builds(tally, st.dictionaries(st.text(max_size=3), st.integers(1, 9), max_size=8), st.just(5))


@given(ANY, ANY, ANY)
def test_different_values_merge_in_any_order_to_the_same(one: Distinct, two: Distinct, three: Distinct) -> None:
    assert one.together(two) == two.together(one)
    assert one.together(two).together(three) == one.together(two.together(three)) == union((three, one, two))


@given(ANY, ANY)
def test_counting_the_same_values_again_changes_nothing(one: Distinct, two: Distinct) -> None:
    both = one.together(two)
    assert both.together(one) == both
    assert one.together(one) == one


@given(st.lists(st.integers(0, 600), max_size=80))
def test_what_was_merged_is_what_was_counted_at_once(numbers: list[int]) -> None:
    values = [f"{number}" for start in numbers for number in range(start, start + 10)]
    parts = [distinct(values[at : at + 37]) for at in range(0, len(values), 37)]
    assert reduce(Distinct.together, parts, Distinct()) == distinct(values)


def test_few_values_are_kept_whole_and_counted_exactly() -> None:
    found = distinct(f"{number}" for number in range(MOST_EXACT))
    assert (found.count, found.is_exact, len(found.values)) == (MOST_EXACT, True, MOST_EXACT)


def test_many_values_are_estimated_closely_and_take_no_more_room() -> None:
    for number in (MOST_EXACT + 1, 1_000, 20_000):
        found = distinct(f"mailbox {each}" for each in range(number))
        assert not found.is_exact
        assert (found.values, len(found.smallest)) == ((), MOST_EXACT)
        assert 0.75 * number < found.count < 1.25 * number


@given(st.lists(TALLIES, max_size=6))
def test_tallies_merge_in_any_order_to_the_same(tallies: list[Tally]) -> None:
    forwards = merged(tallies, 5)
    assert forwards == merged(reversed(tallies), 5)
    total = sum(sum(one.counts.values()) + one.others for one in tallies)
    assert sum(forwards.counts.values()) + forwards.others == total


@given(TALLIES, TALLIES)
def test_two_tallies_agree_whichever_comes_first(one: Tally, two: Tally) -> None:
    assert one.together(two, 5) == two.together(one, 5)


def test_the_rarest_values_and_of_equals_the_last_by_name_become_others() -> None:
    found = tally({"b": 1, "a": 1, "z": 7, "c": 1}, 2)
    assert (found.counts, found.others, found.is_complete) == ({"a": 1, "z": 7}, 2, False)
    assert tally({"b": 1, "a": 1}, 2).is_complete
