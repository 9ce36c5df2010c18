"""NCRONTAB: a brute-force matcher agrees with every next occurrence."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from local.host.timers.ncrontab import Crontab


@dataclass(frozen=True)
class Field:
    """A field as text, and the values that it names."""

    text: str
    values: frozenset[int]


@st.composite
def items(draw: st.DrawFn, lowest: int, highest: int) -> Field:
    value = st.integers(lowest, highest)
    first, last = sorted((draw(value), draw(value)))
    step = draw(st.integers(1, highest))
    spans = {
        "*": range(lowest, highest + 1),
        f"{first}": range(first, first + 1),
        f"{first}-{last}": range(first, last + 1),
        f"{last}-{first}": range(first, last + 1),
        f"*/{step}": [each for each in range(lowest, highest + 1) if (each - lowest) % step == 0],
        f"{first}/{step}": [each for each in range(first, highest + 1) if (each - first) % step == 0],
        f"{first}-{last}/{step}": [each for each in range(first, last + 1) if (each - first) % step == 0],
    }
    text = draw(st.sampled_from(sorted(spans)))
    return Field(text, frozenset(spans[text]))


@st.composite
def fields(draw: st.DrawFn, lowest: int, highest: int) -> Field:
    parts = draw(st.lists(items(lowest, highest), min_size=1, max_size=3))
    return Field(",".join(part.text for part in parts), frozenset().union(*(part.values for part in parts)))


moments = st.timedeltas(timedelta(), timedelta(days=3000)).map(lambda since: datetime(2024, 1, 1, tzinfo=UTC) + since)


@given(moments, fields(0, 59), fields(0, 59), fields(0, 23))
@settings(max_examples=60, deadline=None)
def test_the_next_time_of_day_is_the_first_that_matches(
    moment: datetime, second: Field, minute: Field, hour: Field
) -> None:
    found = Crontab.parse(f"{second.text} {minute.text} {hour.text} * * *").next_after(moment)
    matching = sorted(
        time(h, m, s)
        for h in range(24)
        for m in range(60)
        for s in range(60)
        if h in hour.values and m in minute.values and s in second.values
    )
    later_today = [each for each in matching if each > moment.time()]
    day = moment.date() if later_today else moment.date() + timedelta(days=1)
    assert found == datetime.combine(day, (later_today or matching)[0], UTC)


@given(moments, fields(1, 31), fields(1, 12), fields(0, 6))
@settings(max_examples=100, deadline=None)
def test_the_next_day_matches_both_the_day_of_the_month_and_of_the_week(
    moment: datetime, day: Field, month: Field, weekday: Field
) -> None:
    assume(any(d <= monthrange(2024, m)[1] for d in day.values for m in month.values))
    found = Crontab.parse(f"0 0 0 {day.text} {month.text} {weekday.text}").next_after(moment)

    def matches(each: date) -> bool:
        sunday_first = (each.weekday() + 1) % 7
        return each.day in day.values and each.month in month.values and sunday_first in weekday.values

    assert found.time() == time.min
    assert found > moment
    assert matches(found.date())
    days_between = (found.date() - moment.date()).days
    assert not any(matches(moment.date() + timedelta(days=each)) for each in range(1, days_between))


@pytest.mark.parametrize(
    ("schedule", "moment", "expected"),
    [
        ("0 */5 * * * *", "2026-03-01T10:00:00", "2026-03-01T10:05:00"),
        ("0 */5 * * * *", "2026-03-01T10:04:59.999999", "2026-03-01T10:05:00"),
        ("*/1 * * * * *", "2026-12-31T23:59:59", "2027-01-01T00:00:00"),
        ("30 5/20 * * * *", "2026-03-01T10:45:31", "2026-03-01T11:05:30"),
        ("0 0 9-17 * * Mon-Fri", "2026-03-06T17:00:00", "2026-03-09T09:00:00"),
        ("0 0 0 1 Jan,JULY *", "2026-02-01T00:00:00", "2026-07-01T00:00:00"),
        ("0 0 12 13 * friday", "2026-03-13T12:00:00", "2026-11-13T12:00:00"),
        # 29 February falls on a Monday once in 28 years, and 2100 has none: the gap across it is 40.
        ("0 0 0 29 2 1", "2072-03-01T00:00:00", "2112-02-29T00:00:00"),
    ],
)
def test_a_schedule_comes_next_when_the_platform_says(schedule: str, moment: str, expected: str) -> None:
    assert Crontab.parse(schedule).next_after(datetime.fromisoformat(moment)) == datetime.fromisoformat(expected)


@pytest.mark.parametrize(
    "text",
    [
        "*/5 * * * *",
        "* * * * * * *",
        "60 * * * * *",
        "* * 24 * * *",
        "* * * 0 * *",
        "* * * * 13 *",
        "* * * * * 7",
        "* * * * * Mo,Xyz",
        "*/0 * * * * *",
        "*/-1 * * * * *",
        "1- * * * * *",
        ", * * * * *",
        "?  * * * * *",
        "0 0 0 30 2 *",
        "0 0 0 31 4,6,9,11 *",
    ],
)
def test_what_is_no_schedule_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        Crontab.parse(text)
