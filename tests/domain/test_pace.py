"""When a card may be sent: in no period more than so many, and never two at once."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.pace import Pace

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
PACE = Pace()


def seconds(number: float) -> datetime:
    return NOW + timedelta(seconds=number)


def test_the_first_card_goes_at_once_and_the_next_half_a_second_later() -> None:
    assert PACE.place((), NOW) == NOW
    assert PACE.place((NOW,), NOW) == seconds(0.5)
    assert PACE.place((NOW,), seconds(3)) == seconds(3)


def test_after_twenty_cards_there_is_no_place_until_the_first_is_almost_a_minute_old() -> None:
    taken = tuple(seconds(n / 2) for n in range(20))
    assert PACE.place(taken, seconds(10)) is None
    assert PACE.place(taken, seconds(49)) is None
    assert PACE.place(taken, seconds(51)) == seconds(60)


@given(st.lists(st.floats(min_value=-5, max_value=30), max_size=200))
def test_no_minute_has_more_than_twenty_and_no_second_more_than_two(steps: list[float]) -> None:
    """However unevenly they are asked for, and by clocks that differ."""
    taken: tuple[datetime, ...] = ()
    all_taken: list[datetime] = []
    now = NOW
    for step in steps:
        now += timedelta(seconds=step)
        if (place := PACE.place(taken, now)) is not None:
            taken = (*PACE.kept(taken), place)
            all_taken.append(place)
            assert place >= now
    assert all(after - before >= timedelta(seconds=0.5) for before, after in pairwise(all_taken))
    assert all(after - before >= timedelta(minutes=1) for before, after in zip(all_taken, all_taken[20:], strict=False))
