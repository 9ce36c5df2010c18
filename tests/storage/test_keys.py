"""Keys: legal whatever the text, distinct for distinct text, and in the order of what they stand for."""

import re
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from shared.storage.keys import end_of, key, newest_first, number_text, time_text

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)
TIMES = st.datetimes(timezones=st.just(UTC))
LEGAL = re.compile(r"[ -~]*")


def read_back(escaped: str) -> str:
    return re.sub("~([0-9a-f]+)~", lambda match: chr(int(match[1], 16)), escaped)


@given(ANY_TEXT)
def test_a_key_is_legal_and_can_be_read_back(text: str) -> None:
    made = key(text)
    assert LEGAL.fullmatch(made)
    assert not set(made) & set("/\\#?%'|")
    assert len(made) <= 150
    if "~." not in made:
        assert read_back(made) == text


@given(st.lists(ANY_TEXT, min_size=1, max_size=3), st.lists(ANY_TEXT, min_size=1, max_size=3))
def test_different_parts_make_different_keys(these: list[str], those: list[str]) -> None:
    assert (key(*these) == key(*those)) == (these == those)


@given(st.text(min_size=151, max_size=400))
def test_long_text_keeps_a_distinct_and_short_key(text: str) -> None:
    assert len(key(text)) <= 150
    assert key(text) != key(text + "x")
    assert key(text) != key(key(text))


def test_three_parts_of_hostile_text_stay_within_a_kibibyte() -> None:
    worst = "\U0010ffff" * 32_000
    assert len(key(worst, worst, worst).encode("utf-16-le")) <= 1024


@given(TIMES, TIMES)
def test_times_sort_as_text(one: datetime, other: datetime) -> None:
    assert (one < other) == (time_text(one) < time_text(other))
    assert (one < other) == (newest_first(one) > newest_first(other))
    assert len(time_text(one)) == len(time_text(other))
    assert len(newest_first(one)) == len(newest_first(other))


def test_a_time_of_another_zone_is_the_same_moment() -> None:
    local = datetime(2026, 3, 2, 10, 30, tzinfo=timezone(timedelta(hours=1, minutes=30)))
    assert time_text(local) == "2026-03-02T09:00:00.000000"
    assert newest_first(local) == newest_first(datetime(2026, 3, 2, 9, tzinfo=UTC))


@given(st.integers(0, 10**12 - 1), st.integers(0, 10**12 - 1))
def test_numbers_sort_as_text(one: int, other: int) -> None:
    assert (one < other) == (number_text(one) < number_text(other))


@given(st.text(st.characters(codec="ascii"), min_size=1, max_size=5), st.text(st.characters(codec="ascii"), max_size=5))
def test_the_end_of_a_prefix_comes_after_all_that_starts_with_it(prefix: str, rest: str) -> None:
    assert prefix <= prefix + rest < end_of(prefix)
