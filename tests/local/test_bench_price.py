"""The price of a month by how often functions run, and the pages that passes read."""

from datetime import timedelta

import pytest

from local.bench.month import DEFAULT, EVENTS, month_of, schedules
from local.bench.one_function import Ran
from local.bench.price import (
    SECONDS_PER_PAGE,
    Runs,
    chunks_a_month,
    dollars,
    pages_a_month,
    reading_seconds,
    seconds_of_run,
)
from shared.domain.passes import DIRECTORY_SCHEDULE, Cadence, PassKind, Schedule

IDLE = {
    f"timer_collect_{name}"
    for name in (
        *("hunting", "log_analytics", "office", "audit_search"),
        *("identity_risk", "defender_alerts", "azure_activity"),
    )
}
"""Of logs that are off by default."""
EVERY_MINUTE = Schedule(
    cadences={PassKind.RECENT: Cadence(timedelta(0), timedelta(minutes=9))}, retention=timedelta(days=30)
)


def test_a_run_is_billed_for_a_second_at_least_and_in_tenths_then() -> None:
    assert Runs(function="a", times=10, seconds=0.01).billed_seconds == 10
    assert Runs(function="a", times=10, seconds=1.01).billed_seconds == pytest.approx(11)


def test_what_is_free_costs_nothing() -> None:
    assert dollars([Runs(function="a", times=100_000, seconds=1)], 1024) == 0


def test_one_message_for_each_of_nine_million_events_costs_hundreds() -> None:
    assert dollars([Runs(function="a", times=9e6, seconds=0.01)], 2048) == pytest.approx(468.9, abs=0.5)


def test_a_quarter_of_the_memory_is_a_quarter_of_the_paid_seconds() -> None:
    runs = [Runs(function="a", times=200_000, seconds=10)]
    # 4,000,000 and 1,000,000 GB-seconds, of which 100,000 are free.
    assert dollars(runs, 2048) == pytest.approx(3_900_000 * 2.6e-5)
    assert dollars(runs, 512) == pytest.approx(900_000 * 2.6e-5)


def test_a_pass_reads_its_whole_window_again() -> None:
    # 10 minutes of 200 records a minute are two pages, every minute of 30 days.
    assert pages_a_month(EVERY_MINUTE, 200 * 43_200, 1) == 2 * 43_200
    assert pages_a_month(EVERY_MINUTE, 0, 1) == 43_200


def test_a_slower_timer_reads_fewer_pages() -> None:
    assert pages_a_month(DIRECTORY_SCHEDULE, EVENTS, 5) < pages_a_month(DIRECTORY_SCHEDULE, EVENTS, 1) / 1.5


def test_few_events_make_a_chunk_each_and_many_share_one() -> None:
    assert chunks_a_month(30, 1) == pytest.approx(30)
    assert chunks_a_month(EVENTS, 1) == 43_200


def test_every_timer_is_in_the_month() -> None:
    times = schedules()
    assert times["timer_collect_reports"] == 43_200
    assert times["timer_collect_office"] == 8_640
    assert times["timer_purge"] == 30
    ran = Ran(2, 0.1, 0.1, 0.1, 100, 120)
    month = {one.function: one for one in month_of(dict.fromkeys([*times, "queue_evaluate"], ran), DEFAULT)}
    assert month.keys() == {*times, "queue_evaluate", "HTTP"} - {name for name in times if name in IDLE}
    assert sum(DEFAULT.values()) == EVENTS


def test_five_pages_follow_each_other_and_the_sixth_waits_for_the_limit() -> None:
    assert seconds_of_run(5) == pytest.approx(5 * SECONDS_PER_PAGE)
    assert seconds_of_run(6) == pytest.approx(10 + SECONDS_PER_PAGE)
    assert seconds_of_run(12) == pytest.approx(20 + 2 * SECONDS_PER_PAGE)


def test_wider_passes_are_read_at_the_limit_on_top_of_recent_ones() -> None:
    recent = 43_200 * seconds_of_run(2)
    assert reading_seconds([(EVERY_MINUTE, 200 * 43_200)], 1) == pytest.approx(recent)
    wide = Schedule(
        cadences={**EVERY_MINUTE.cadences, PassKind.CATCH_UP: Cadence(timedelta(minutes=15), timedelta(minutes=15))},
        retention=timedelta(days=30),
    )
    # Each quarter of an hour 30 minutes of 200 records: six pages of two seconds.
    assert reading_seconds([(wide, 200 * 43_200)], 1) == pytest.approx(recent + 2_880 * 6 * 2)
