"""Passes over a log: no event is missed that arrives in time, whatever the host and its clock do."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import NamedTuple

import pytest
from msgspec.structs import replace

from shared.domain.passes import (
    LATEST_ARRIVAL,
    Gap,
    Pass,
    PassKind,
    begun_anew,
)
from shared.domain.progress import Progress, failed, planned, turned
from shared.domain.streams import STREAMS, Stream

START = datetime(2026, 3, 2, tzinfo=UTC)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
WEEK = timedelta(days=7)


class Entry(NamedTuple):
    time: datetime
    published: datetime


class Reading:
    """A collector without a tenant: reads whole windows of a scripted log, and remembers when it met an event."""

    def __init__(self, log: list[Entry]) -> None:
        self.progress = Progress()
        self.met: dict[Entry, datetime] = {}
        self._log = log

    def tick(self, now: datetime, clock: datetime | None = None) -> None:
        """``clock`` is what the host believes that the time is."""
        clock = clock or now
        self.progress = planned(self.progress, clock, WEEK)
        while (running := self.progress.most_urgent) is not None:
            found = [one for one in self._log if one.published <= now and running.start <= one.time <= running.end]
            new = [one for one in found if one not in self.met]
            self.met.update(dict.fromkeys(new, now))
            latest = max((one.time for one in found), default=None)
            after = replace(running, late=sum(running.is_late(one.time) for one in new), pages=1, latest_event=latest)
            self.progress = turned(self.progress, after, clock)

    def missed(self, entries: list[Entry]) -> list[Entry]:
        return [one for one in entries if one not in self.met]


def log_of_a_day(seed: int, count: int = 600) -> list[Entry]:
    """Events of one day, nearly all up to an hour late, some by a day and up to 26 hours."""
    random = Random(seed)

    def lateness() -> timedelta:
        return HOUR * random.uniform(20, 25.99) if random.random() < 0.03 else MINUTE * random.uniform(0, 60)

    times = [START + DAY * random.random() for _ in range(count)]
    return [Entry(time, time + lateness()) for time in times]


def steady(days: int) -> list[Entry]:
    """An event every five minutes, at once: what keeps the watermark moving."""
    return [Entry(time, time) for time in minutes(START, START + DAY * days, every=5)]


def minutes(start: datetime, end: datetime, every: int = 1) -> list[datetime]:
    return [start + MINUTE * number for number in range(0, (end - start) // MINUTE, every)]


@pytest.mark.parametrize("seed", range(3))
def test_every_event_that_is_less_than_26_hours_late_is_met(seed: int) -> None:
    log = log_of_a_day(seed)
    reading = Reading([*log, *steady(3)])
    for now in minutes(START, START + DAY + LATEST_ARRIVAL):
        reading.tick(now)
    assert reading.missed(log) == []
    assert max(met - entry.time for entry, met in reading.met.items()) <= LATEST_ARRIVAL
    late = [entry for entry in log if entry.published - entry.time > 10 * MINUTE]
    assert 0 < reading.progress.late <= len(late)


def test_events_that_are_later_than_that_are_the_only_ones_missed() -> None:
    too_late = [Entry(START + HOUR * number, START + HOUR * number + timedelta(hours=33)) for number in range(24)]
    log = [*log_of_a_day(7, 200), *too_late]
    reading = Reading([*log, *steady(3)])
    for now in minutes(START - HOUR, START + 3 * DAY, every=2):
        reading.tick(now)
    assert reading.missed(log) == too_late


@pytest.mark.parametrize("stopped", [timedelta(hours=2), timedelta(hours=9), timedelta(days=5)])
def test_a_host_that_was_stopped_misses_nothing(stopped: timedelta) -> None:
    log = log_of_a_day(3)
    reading = Reading([*log, *steady(8)])
    half = START + DAY / 2
    for now in [*minutes(START, half), *minutes(half + stopped, half + stopped + DAY + LATEST_ARRIVAL, every=5)]:
        reading.tick(now)
    assert reading.missed(log) == []
    assert reading.progress.gaps == ()


@pytest.mark.parametrize("jump", [DAY, -DAY, 10 * MINUTE, -10 * MINUTE])
@pytest.mark.parametrize("stopped", [timedelta(0), timedelta(hours=12)])
def test_a_clock_that_is_wrong_for_an_hour_hides_nothing(jump: timedelta, stopped: timedelta) -> None:
    """It is put right after an hour, or the host stops first and starts again with the right time."""
    log = log_of_a_day(4)
    reading = Reading([*log, *steady(3)])
    wrong_from, wrong_until = START + 8 * HOUR, START + 9 * HOUR
    for now in minutes(START, START + DAY + LATEST_ARRIVAL + stopped):
        if wrong_until <= now < wrong_until + stopped:
            continue
        before = reading.progress.watermark
        reading.tick(now, now + jump if wrong_from <= now < wrong_until else None)
        assert before is None or (reading.progress.watermark or START) >= before
    assert reading.missed(log) == []


def test_the_watermark_is_never_ahead_of_what_was_seen() -> None:
    reading = Reading(log_of_a_day(5))
    for now in minutes(START, START + DAY, every=7):
        reading.tick(now, now + DAY)
        seen = max((entry.time for entry in reading.met), default=START)
        assert (reading.progress.watermark or START) <= seen


def test_the_first_read_goes_back_a_week_and_stands_for_all_kinds() -> None:
    progress = planned(Progress(), START, WEEK)
    [first] = progress.open
    assert (first.kind, first.start, first.end) == (PassKind.FIRST, START - WEEK, START)
    progress = planned(turned(progress, first, START), START + MINUTE, WEEK)
    assert [one.kind for one in progress.open] == [PassKind.RECENT]


def test_a_time_that_the_service_no_longer_keeps_is_a_gap_and_said_once() -> None:
    progress = planned(Progress(), START, WEEK)
    progress = turned(progress, progress.open[0], START)
    much_later = START + timedelta(days=40)
    for now in (much_later, much_later + MINUTE):
        progress = planned(progress, now, WEEK)
    end = much_later + MINUTE - timedelta(days=30)
    assert progress.gaps == (Gap(start=START, end=end, noticed=much_later),)


def test_a_pass_that_has_turned_no_page_is_planned_anew_and_others_keep_their_window() -> None:
    progress = planned(Progress(), START, WEEK)
    assert planned(progress, START + HOUR, WEEK).open[0].end == START + HOUR
    begun = turned(progress, replace(progress.open[0], pages=1, next_link="next"), START)
    assert planned(begun, START + HOUR, WEEK).open == begun.open
    lost = replace(begun, open=(begun_anew(begun.open[0]),))
    assert planned(lost, START + HOUR, WEEK).open[0].end == START + HOUR


def test_nothing_is_asked_before_the_time_that_was_named_unless_the_clock_jumps() -> None:
    progress = planned(Progress(), START, WEEK)
    waiting = failed(progress, progress.open[0], "429", START + HOUR, START)
    assert waiting.waits(START)
    assert waiting.waits(START + 59 * MINUTE)
    assert not waiting.waits(START + HOUR)
    assert not waiting.waits(START - DAY)


def test_the_most_urgent_pass_comes_first() -> None:
    def one(kind: PassKind) -> Pass:
        return Pass(number=1, kind=kind, start=START, end=START, started=START)

    progress = Progress(open=(one(PassKind.DEEP), one(PassKind.RECENT), one(PassKind.CATCH_UP)))
    assert progress.most_urgent == one(PassKind.RECENT)


def test_a_long_wait_that_was_asked_for_holds_the_others_until_a_page_comes() -> None:
    progress = planned(Progress(), START, WEEK)
    told = failed(progress, progress.open[0], "429", START + HOUR, START, holds_others=True)
    assert (told.holds(START), told.holds(START + HOUR)) == (True, False)
    own = failed(progress, progress.open[0], "503", START + HOUR, START)
    assert (own.holds(START), own.waits(START)) == (False, True)
    assert not turned(told, replace(told.open[0], next_link="next", pages=1), START).holds(START)


def test_failures_are_counted_over_the_whole_pass() -> None:
    progress = planned(Progress(), START, WEEK)
    for _ in range(2):
        progress = failed(progress, progress.open[0], "503", START, START)
    page = replace(progress.open[0], attempts=0, next_link="next", pages=1)
    progress = failed(turned(progress, page, START), page, "503", START, START)
    assert (progress.open[0].attempts, progress.open[0].retries) == (1, 3)


def test_only_what_comes_after_26_hours_and_not_with_the_first_read_is_overdue() -> None:
    def is_overdue(kind: PassKind, age: timedelta) -> bool:
        return Pass(number=1, kind=kind, start=START, end=START, started=START).is_overdue(START - age, START)

    assert is_overdue(PassKind.DEEP, 27 * HOUR)
    assert not is_overdue(PassKind.DEEP, 26 * HOUR)
    assert not is_overdue(PassKind.FIRST, 300 * HOUR)


def test_a_log_that_is_read_by_arrival_does_not_go_back_to_when_things_happened() -> None:
    schedule = STREAMS[Stream.EXCHANGE_AUDITS].schedule
    progress = planned(Progress(), START, WEEK, schedule)
    [first] = progress.open
    progress = turned(progress, replace(first, latest_event=START - 20 * HOUR), START, schedule)
    [recent] = planned(progress, START + MINUTE, WEEK, schedule).open
    assert (recent.kind, recent.start) == (PassKind.RECENT, START - 10 * MINUTE)


@pytest.mark.parametrize("stream", Stream)
def test_every_stream_reads_on_where_its_first_read_ended(stream: Stream) -> None:
    schedule = STREAMS[stream].schedule
    progress = planned(Progress(), START, timedelta(days=90), schedule)
    [first] = progress.open
    assert START - first.start == min(timedelta(days=90), schedule.first_read) <= schedule.retention
    progress = turned(progress, replace(first, latest_event=START), START, schedule)
    later = START + 7 * HOUR
    kinds = {one.kind: one for one in planned(progress, later, WEEK, schedule).open}
    assert kinds.keys() == schedule.cadences.keys()
    assert all(one.start < START < one.end for one in kinds.values())
    assert progress.since == first.start


def test_sign_ins_of_users_behind_apps_are_read_of_one_day_at_first() -> None:
    assert STREAMS[Stream.NON_INTERACTIVE_SIGN_INS].schedule.first_read == DAY
    assert STREAMS[Stream.SERVICE_PRINCIPAL_SIGN_INS].schedule.first_read == WEEK


def test_a_log_whose_first_read_nobody_noted_counts_from_its_next_one() -> None:
    before = Progress(watermark=START, read_until=START, last=dict.fromkeys(PassKind, START))
    recent = planned(before, START + MINUTE, WEEK).most_urgent
    assert recent is not None
    after = turned(before, recent, START + MINUTE)
    assert after.since == recent.start
    later = planned(after, START + HOUR, WEEK).most_urgent
    assert later is not None
    assert turned(after, later, START + HOUR).since == recent.start


def test_an_event_of_the_future_does_not_hide_that_nothing_comes_any_more() -> None:
    [first] = planned(Progress(), START, WEEK).open
    progress = turned(Progress(open=(first,)), replace(first, latest_event=START + 9 * DAY), START)
    assert progress.latest_event == START
