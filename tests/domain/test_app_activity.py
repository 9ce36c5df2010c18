"""What an app did lately, from its days."""

from datetime import date, timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.app_activity import Amounts, AppActivity, CollectedDays, ServiceActivity, app_activity
from shared.domain.app_use import BYTES, CALL_ERRORS, CALLS, AppUse, ServiceUse, UseOfDay
from shared.domain.distinct import Tally
from shared.domain.events import Service
from shared.domain.known import UNKNOWN

THROUGH = date(2026, 3, 1)
LONG_AGO = THROUGH - timedelta(days=90)
ALL = CollectedDays(calls=LONG_AGO, items=LONG_AGO)


def ago(days: int) -> date:
    return THROUGH - timedelta(days=days)


def by_hour(*numbers: int) -> tuple[int, ...]:
    return (*numbers, *[0] * (24 - len(numbers)))


def day(  # noqa: PLR0913 -- what a test says of a day
    before: int,
    *,
    events: int = 1,
    items: int = 0,
    calls: tuple[int, ...] = (),
    errors: int = 0,
    size: tuple[int, ...] = (),
    service: Service = Service.EXCHANGE,
    labels: tuple[str, ...] = (),
) -> UseOfDay:
    return UseOfDay(
        day=ago(before),
        use=AppUse(
            events=events,
            services={service: ServiceUse(events=events, items_read=items, bytes_sent=sum(size))},
            labels=Tally(counts=dict.fromkeys(labels, 1)),
        ),
        per_hour={CALLS: by_hour(*calls), CALL_ERRORS: by_hour(errors), BYTES: by_hour(*size)},
    )


def old(before: int) -> UseOfDay:
    """Rolled up by a version that counted neither calls nor bytes by the hour."""
    return msgspec.structs.replace(day(before, size=(7,)), per_hour={"items": by_hour(1)})


def test_a_day_stands_beside_the_day_before_and_a_week_beside_the_week_before() -> None:
    days = [day(number, items=2**number, calls=(1, 2), errors=1, size=(10,)) for number in range(16)]
    found = app_activity(days, THROUGH, ALL)
    assert found.day == Amounts(calls=3, errors=1, items=1, bytes=10)
    assert found.day_before == Amounts(calls=3, errors=1, items=2, bytes=10)
    assert found.week == Amounts(calls=21, errors=7, items=2**7 - 1, bytes=70)
    assert found.week_before == Amounts(calls=21, errors=7, items=2**14 - 2**7, bytes=70)


def test_the_peak_is_of_each_number_by_itself() -> None:
    found = app_activity([day(0, calls=(5, 1), size=(2, 90)), day(1, calls=(99,), size=(99,))], THROUGH, ALL)
    assert (found.peak_hour.calls, found.peak_hour.bytes) == (5, 90)


def test_a_day_on_which_it_did_nothing_is_nought() -> None:
    found = app_activity([day(3, items=4)], THROUGH, ALL)
    assert found.day == Amounts(calls=0, errors=0, items=0, bytes=0)
    assert (found.peak_hour.calls, found.peak_hour.bytes, found.week.items) == (0, 0, 4)


def test_calls_are_unknown_where_requests_are_not_collected() -> None:
    found = app_activity([day(0, items=4, calls=(3,), size=(8,))], THROUGH, CollectedDays(items=LONG_AGO))
    assert found.day == Amounts(calls=UNKNOWN, errors=UNKNOWN, items=4, bytes=8)
    assert (found.peak_hour.calls, found.peak_hour.bytes) == (UNKNOWN, 8)


def test_what_began_to_be_collected_lately_is_unknown_of_the_time_before() -> None:
    days = [day(number, items=1, calls=(1,), size=(1,)) for number in range(14)]
    found = app_activity(days, THROUGH, CollectedDays(calls=ago(6), items=ago(0)))
    assert found.day == Amounts(calls=1, errors=0, items=1, bytes=1)
    assert found.day_before == Amounts(calls=1, errors=0, items=UNKNOWN, bytes=UNKNOWN)
    assert found.week == Amounts(calls=7, errors=0, items=UNKNOWN, bytes=UNKNOWN)
    assert found.week_before == Amounts()


def test_of_days_rolled_up_by_former_versions_calls_and_peaks_are_unknown_but_bytes_are_told() -> None:
    found = app_activity([old(0), day(1, calls=(1,))], THROUGH, ALL)
    assert (found.day.calls, found.day.errors, found.day.bytes) == (UNKNOWN, UNKNOWN, 7)
    assert (found.peak_hour.calls, found.peak_hour.bytes) == (UNKNOWN, UNKNOWN)
    assert (found.day_before.calls, found.week.calls, found.week_before.calls) == (1, UNKNOWN, 0)


def test_services_and_labels_are_those_of_thirty_days() -> None:
    days = [
        day(0, labels=("AAAA", "bbbb")),
        day(29, service=Service.TEAMS, labels=("aaaa", "cccc")),
        day(30, service=Service.AZURE, labels=("dddd",)),
    ]
    found = app_activity(days, THROUGH, ALL)
    assert [each.service for each in found.services] == [Service.EXCHANGE, Service.TEAMS]
    assert found.labels == ("aaaa", "bbbb", "cccc")


def test_usual_is_the_median_of_fourteen_days_with_quiet_ones_as_nought() -> None:
    busy = [day(number, events=100) for number in range(1, 9)]
    assert app_activity([day(0, events=5), *busy, day(14)], THROUGH, ALL).services == (
        ServiceActivity(service=Service.EXCHANGE, events=5, usual=100),
    )
    assert app_activity([*busy[:5], day(14)], THROUGH, ALL).services[0].usual == 0


def test_nothing_is_usual_before_seven_days_are_known() -> None:
    assert app_activity([day(6), day(0)], THROUGH, ALL).services[0].usual is None
    assert app_activity([day(7), day(0)], THROUGH, ALL).services[0].usual == 0
    late = CollectedDays(items=ago(6))
    assert app_activity([day(7), day(0)], THROUGH, late).services[0].usual is None


def test_what_is_unknown_is_stored_and_read_as_unknown() -> None:
    found = app_activity([day(0, items=4)], THROUGH, CollectedDays(items=THROUGH))
    assert msgspec.json.decode(msgspec.json.encode(found), type=AppActivity) == found


@given(st.lists(st.integers(-2, 70), max_size=30, unique=True))
def test_days_that_lie_outside_change_nothing(numbers: list[int]) -> None:
    days = [day(number, items=1, calls=(1,), size=(1,)) for number in numbers]
    within = [each for each in days if 0 <= (THROUGH - each.day).days < 30]
    found, expected = (app_activity(some, THROUGH, ALL) for some in (days, within))
    assert (found.week, found.week_before, found.labels) == (expected.week, expected.week_before, expected.labels)
    assert {each.service for each in found.services} == {each.service for each in expected.services}
