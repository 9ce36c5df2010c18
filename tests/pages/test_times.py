"""How long ago things were, in words."""

from datetime import UTC, datetime, timedelta

import pytest

from functions.pages.moments import relative

NOW = datetime(2026, 3, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("distance", "said"),
    [
        (timedelta(seconds=59), "now"),
        (timedelta(hours=-3), "3 hours ago"),
        (timedelta(days=1), "in 1 day"),
        (timedelta(days=364), "in 12 months"),
        (timedelta(days=729), "in 24 months"),
        (timedelta(days=730), "in 2 years"),
    ],
)
def test_up_to_two_years_are_told_in_months(distance: timedelta, said: str) -> None:
    assert relative(NOW + distance, NOW) == said
