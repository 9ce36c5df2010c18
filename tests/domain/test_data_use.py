"""What an app did with data, summed up from its days."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.app_use import MOST_REQUESTS, AppUse, ServiceUse, UseOfDay
from shared.domain.data_use import CountryUse, DataUse, countries, data_use, first_day_to_read, summed, users
from shared.domain.distinct import Tally, distinct
from shared.domain.events import Service
from shared.domain.known import UNKNOWN
from shared.domain.permission_activity import PermissionActivity
from shared.domain.permission_paths.activity import permission_activity
from tests.domain.permission_holders import DELEGATED, held

THROUGH = date(2026, 3, 1)
MIDNIGHT = datetime(2026, 3, 2, tzinfo=UTC)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def day(ago: int, read: int, service: Service = Service.EXCHANGE) -> UseOfDay:
    use = ServiceUse(events=1, items_read=read, bytes_read=10 * read)
    return UseOfDay(day=THROUGH - timedelta(days=ago), use=AppUse(events=1, services={service: use}))


def asking(*requests: str, services: tuple[Service, ...] = ()) -> UseOfDay:
    touched = {service: ServiceUse(events=1) for service in services}
    return UseOfDay(day=THROUGH, use=AppUse(requests=dict.fromkeys(requests, NOON), services=touched))


def test_the_last_30_days_stand_beside_the_30_before() -> None:
    found = data_use([day(60, 1), day(59, 2), day(30, 4), day(29, 8), day(0, 16), day(-1, 32)], THROUGH, UNKNOWN)
    assert (found.items, found.items_before) == (24, 6)
    assert (found.size, found.trend) == (240, 300)


def test_there_is_no_trend_from_nothing() -> None:
    assert data_use([day(0, 5)], THROUGH, UNKNOWN).trend is None


def test_services_are_told_apart() -> None:
    found = data_use([day(0, 5), day(1, 7, Service.TEAMS), day(2, 1)], THROUGH, UNKNOWN)
    assert {service: use.items_read for service, use in found.recent.items()} == {Service.EXCHANGE: 6, Service.TEAMS: 7}


def test_months_that_are_no_longer_read_are_kept_and_the_oldest_go() -> None:
    old = {f"2025-{month:02}": ServiceUse(items_read=month) for month in range(1, 13)}
    known = DataUse(through=THROUGH - timedelta(days=1), months={**old, "2026-02": ServiceUse(items_read=999)})
    found = data_use([day(0, 5), day(1, 7)], THROUGH, known)
    assert list(found.months) == [*(f"2025-{month:02}" for month in range(4, 13)), "2026-02", "2026-03"]
    assert found.months["2026-02"].items_read == 7
    assert found.months["2025-12"].items_read == 12


def test_as_much_is_read_as_the_windows_need() -> None:
    assert first_day_to_read(THROUGH, UNKNOWN) == date(2025, 4, 1)
    assert first_day_to_read(THROUGH, DataUse(through=THROUGH)) == date(2026, 1, 1)
    assert first_day_to_read(THROUGH, DataUse(through=date(2025, 11, 7))) == date(2025, 11, 1)


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 9)), max_size=30), st.integers(0, 120))
def test_summing_up_each_day_anew_comes_to_the_same(listed: list[tuple[int, int]], later: int) -> None:
    days = [day(ago, read) for ago, read in listed]
    before = THROUGH - timedelta(days=later)
    known = data_use([each for each in days if each.day >= first_day_to_read(before, UNKNOWN)], before, UNKNOWN)
    again = data_use([each for each in days if each.day >= first_day_to_read(THROUGH, known)], THROUGH, known)
    at_once = data_use([each for each in days if each.day >= first_day_to_read(THROUGH, UNKNOWN)], THROUGH, UNKNOWN)
    assert again == at_once


def test_countries_of_the_last_30_days_are_counted() -> None:
    listed = [
        UseOfDay(day=THROUGH, use=AppUse(countries=Tally(counts={"SE": 2, "DE": 2}))),
        UseOfDay(day=THROUGH - timedelta(days=29), use=AppUse(countries=Tally(counts={"SE": 1}))),
        UseOfDay(day=THROUGH - timedelta(days=30), use=AppUse(countries=Tally(counts={"NO": 9}))),
    ]
    assert countries(listed, THROUGH) == (CountryUse("SE", 3), CountryUse("DE", 2))


def test_nothing_sums_up_to_nothing() -> None:
    assert summed(()) == ServiceUse()


WATCHED = PermissionActivity(through=MIDNIGHT, since=MIDNIGHT - timedelta(days=3))


def test_a_request_is_noted_with_all_that_could_have_allowed_it() -> None:
    asked = asking("GET /users/{id}/messages application")
    found = permission_activity(
        [asked], (held("Mail.Read"), held("Mail.ReadWrite"), held("Mail.Read", DELEGATED)), WATCHED, UNKNOWN
    )
    assert found.last_used == {"application Mail.Read": NOON, "application Mail.ReadWrite": NOON}
    assert found.unexplained == {}


def test_a_request_that_nothing_held_allows_is_noted_as_unexplained() -> None:
    asked = asking("GET /users/{id}/messages application", "GET /unheardOf delegated", "POST /$batch application")
    found = permission_activity([asked], (held("Sites.Read.All"),), WATCHED, UNKNOWN)
    assert found.last_used == {}
    assert found.unexplained == {"application": NOON, "delegated": NOON}


def test_requests_of_an_unknown_kind_may_have_been_of_either() -> None:
    found = permission_activity([asking("other")], (held("Mail.Read"),), WATCHED, UNKNOWN)
    assert found.unexplained == {"application": NOON, "delegated": NOON}


def test_what_was_known_of_earlier_days_is_kept() -> None:
    known = PermissionActivity(
        through=MIDNIGHT - timedelta(days=2),
        since=MIDNIGHT - timedelta(days=80),
        last_used={"application Mail.Read": NOON - timedelta(days=70), "application Mail.Send": NOON},
        services={Service.TEAMS: THROUGH - timedelta(days=50)},
    )
    asked = asking("GET /users/{id}/messages application", services=(Service.EXCHANGE,))
    found = permission_activity([asked], (held("Mail.Read"),), WATCHED, known)
    assert found.last_used == {"application Mail.Read": NOON, "application Mail.Send": NOON}
    assert found.services == {Service.TEAMS: THROUGH - timedelta(days=50), Service.EXCHANGE: THROUGH}
    assert found.since == known.since
    assert found.through == MIDNIGHT


def test_a_gap_in_the_collection_begins_the_time_anew() -> None:
    known = PermissionActivity(through=MIDNIGHT - timedelta(days=4), since=MIDNIGHT - timedelta(days=80))
    assert permission_activity([], (), WATCHED, known).since == WATCHED.since


def test_a_day_with_more_requests_than_are_kept_leaves_open_what_was_used() -> None:
    asked = asking(*(f"GET /users/{{id}}/messages/{number} application" for number in range(MOST_REQUESTS)))
    found = permission_activity([asked], (held("Files.Read.All"),), WATCHED, UNKNOWN)
    assert found.unexplained["delegated"] == NOON


def test_a_user_whom_logs_name_differently_counts_once() -> None:
    by_id, by_name = AppUse(users=distinct(["1", "2"])), AppUse(named_users=distinct(["ada@contoso.example"]))
    days = [UseOfDay(day=THROUGH, use=by_id), UseOfDay(day=THROUGH - timedelta(days=1), use=by_name)]
    assert users(days, THROUGH) == 2
