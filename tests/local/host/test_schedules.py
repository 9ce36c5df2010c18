"""Timer schedules: NCRONTAB or TimeSpan, and whether the status of a timer is worth keeping."""

from datetime import UTC, datetime, timedelta

import pytest

from local.host.timers.schedules import comes_often, parse_schedule
from local.host.timespan import parse_timespan

NOW = datetime(2026, 3, 1, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("00:05:00", timedelta(minutes=5)),
        ("1.02:03:04.5", timedelta(days=1, hours=2, minutes=3, seconds=4.5)),
        ("23:59:59", timedelta(hours=23, minutes=59, seconds=59)),
    ],
)
def test_a_timespan_is_read_and_counts_from_the_last_time(text: str, expected: timedelta) -> None:
    assert parse_timespan(text) == expected
    assert parse_schedule(text).next_after(NOW) == NOW + expected


@pytest.mark.parametrize("text", ["", "5", "24:00:00", "00:60:00", "00:00:60", "-00:00:01", "1:2:3:4", "00:05"])
def test_what_is_no_timespan_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="TimeSpan"):
        parse_timespan(text)


def test_an_interval_of_nothing_is_no_schedule() -> None:
    with pytest.raises(ValueError, match="interval"):
        parse_schedule("00:00:00")


@pytest.mark.parametrize(
    ("schedule", "often"),
    [
        ("0 */1 * * * *", False),
        ("00:01:00", False),
        ("*/30 * * * * *", True),
        ("00:00:59", True),
        ("0,30 0 * * * *", True),
    ],
)
def test_timers_that_come_within_a_minute_come_often(schedule: str, often: bool) -> None:
    assert comes_often(parse_schedule(schedule), NOW) is often
