"""A day from its hours."""

from datetime import UTC, date, datetime, timedelta

from shared.domain.app_use import (
    MOST_REQUESTS,
    AppUse,
    Calls,
    ServiceUse,
    UseOfHour,
    bounded_requests,
    bytes_of,
    day_of,
)
from shared.domain.distinct import distinct
from shared.domain.events import Service

DAY = date(2026, 3, 2)
START = datetime(2026, 3, 2, tzinfo=UTC)


def hour(number: int, stream: str, use: AppUse) -> UseOfHour:
    return UseOfHour(hour=datetime(2026, 3, 2, number, tzinfo=UTC), stream=stream, use=use)


def test_a_day_holds_each_hour_of_all_streams_together() -> None:
    mail = AppUse(
        events=2, mailboxes=distinct(["a", "b"]), services={Service.EXCHANGE: ServiceUse(items_read=4, items_sent=1)}
    )
    again = AppUse(events=1, mailboxes=distinct(["b", "c"]))
    files = AppUse(events=1, files=distinct(["f"]), sign_ins=3)
    day = day_of(DAY, [hour(3, "exchangeAudits", mail), hour(3, "cloudAppEvents", again), hour(23, "signIns", files)])
    assert day.use.events == 4
    assert day.use.mailboxes.count == 3
    assert (day.per_hour["mailboxes"][3], day.per_hour["items"][3], day.per_hour["files"][23]) == (3, 5, 1)
    assert {len(numbers) for numbers in day.per_hour.values()} == {24}
    assert (day.peak("mailboxes"), day.peak("signIns"), day.peak("unheardOf")) == (3, 3, 0)


def test_mailboxes_that_calls_and_audit_records_name_differently_do_not_count_twice_in_an_hour() -> None:
    audited = AppUse(mailboxes=distinct(["box-1", "box-2"]))
    called = AppUse(mailboxes=distinct(["ada", "bo", "cy"]), calls={"GET /me": Calls(count=1)})
    day = day_of(DAY, [hour(3, "exchangeAudits", audited), hour(3, "graphActivity", called)])
    assert day.peak("mailboxes") == 3


def test_bytes_that_calls_and_audit_records_both_tell_of_count_once_in_an_hour() -> None:
    def mail(read: int, sent: int = 0) -> AppUse:
        return AppUse(services={Service.EXCHANGE: ServiceUse(events=1, bytes_read=read, bytes_sent=sent)})

    audited = [hour(3, "exchangeAudits", mail(800, 5)), hour(4, "exchangeAudits", mail(50))]
    called = [hour(3, "graphActivity", mail(1000)), hour(5, "graphActivity", mail(7))]
    of_day = day_of(DAY, [*audited, *called]).use.services[Service.EXCHANGE]
    assert of_day == ServiceUse(events=4, bytes_read=1000 + 50 + 7, bytes_sent=5)


def test_calls_and_bytes_are_counted_by_the_hour() -> None:
    def called(*calls: Calls, read: int) -> AppUse:
        asked = {f"GET /{number}": each for number, each in enumerate(calls)}
        return AppUse(calls=asked, services={Service.EXCHANGE: ServiceUse(bytes_read=read)})

    audited = AppUse(
        calls={"exchange MailItemsAccessed": Calls(count=90)}, services={Service.EXCHANGE: ServiceUse(bytes_read=5)}
    )
    first = called(Calls(count=3, errors=1), Calls(count=4), read=8)
    hours = [hour(2, "graphActivity", first), hour(9, "graphActivityLogs", called(Calls(count=6), read=20))]
    day = day_of(DAY, [*hours, hour(2, "exchangeAudits", audited)])
    assert (day.per_hour["calls"][2], day.per_hour["callErrors"][2], day.peak("calls")) == (7, 1, 7)
    assert (day.per_hour["bytes"][2], day.per_hour["bytes"][9]) == (8, 20)
    assert sum(day.per_hour["bytes"]) == bytes_of(day.use)


def test_a_day_without_hours_is_empty() -> None:
    assert (day_of(DAY, []).use, day_of(DAY, []).peak("items")) == (AppUse(), 0)


def test_of_too_many_requests_the_latest_stay() -> None:
    requests = {
        f"GET /{number} application": START + timedelta(seconds=number % 60, microseconds=number)
        for number in range(500)
    }
    kept = bounded_requests(requests, MOST_REQUESTS)
    assert len(kept) == MOST_REQUESTS
    assert min(kept.values()) > max(time for request, time in requests.items() if request not in kept)
