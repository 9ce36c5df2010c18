"""Streams that share a limit share a run: none starves, stops or misleads another."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace as with_fields

from shared.domain.errors import NotLicensed, PermissionMissing, Unavailable
from shared.domain.events import Event
from shared.domain.ledger import ChunkState, HourState, SourceHealth, SourceState
from shared.domain.passes import PassKind
from shared.domain.streams import Family, LogPage, Stream
from shared.pipeline.collection.collect_logs import collect_logs
from shared.pipeline.collection.read_coverage import read_coverage
from shared.pipeline.services import Services
from tests.domain.findings import START, event
from tests.pipeline.collection.log import ScriptedLog
from tests.pipeline.worker import NOW

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
AUDITS, SIGN_INS = Stream.DIRECTORY_AUDITS, Stream.SERVICE_PRINCIPAL_SIGN_INS


class Noted:
    """A log that writes down, among others, when it was asked."""

    def __init__(self, stream: Stream, order: list[Stream]) -> None:
        self.log = ScriptedLog(NOW)
        self._stream, self._order = stream, order

    async def page(self, start: datetime, end: datetime, link: str | None) -> LogPage:
        self._order.append(self._stream)
        return await self.log.page(start, end, link)


class Both:
    """Directory audits and sign-ins of apps, and in which order they are asked."""

    def __init__(self, services: Services) -> None:
        self.order: list[Stream] = []
        self.may_go_on = True
        logs = {stream: Noted(stream, self.order) for stream in (AUDITS, SIGN_INS)}
        self.audits, self.sign_ins = logs[AUDITS].log, logs[SIGN_INS].log
        self.services = replace(services, logs=logs)

    async def collect(self, now: datetime, clock: Callable[[], float] = lambda: 0) -> list[Stream]:
        """The order of this run."""
        self.audits.now = self.sign_ins.now = now
        self.order.clear()
        self.may_go_on = await collect_logs(self.services, Family.REPORTS, now, clock)
        return list(self.order)

    async def state(self, stream: Stream) -> SourceState:
        return {state.source: state for state in await self.services.ledger.source_states()}[stream]

    async def events(self, stream: Stream) -> int:
        return {found.source: found.events for found in await self.services.ledger.coverage(NOW, 1)}[stream]


@pytest.fixture
def both(services: Services) -> Both:
    return Both(services)


def hourly(count: int, until: datetime = NOW) -> list[Event]:
    return [event(f"{back} before {until}", (until - HOUR * back - START) / MINUTE) for back in range(count)]


def seconds_a_page(seconds: float) -> Callable[[], float]:
    ticks = iter(range(10_000))
    return lambda: seconds * next(ticks)


async def test_each_stream_has_a_cursor_a_ledger_and_a_state_of_its_own(both: Both) -> None:
    both.audits.add_all(hourly(3))
    both.sign_ins.add_all(hourly(5))
    await both.collect(NOW)
    assert (await both.events(AUDITS), await both.events(SIGN_INS)) == (3, 5)
    audits, sign_ins = await both.state(AUDITS), await both.state(SIGN_INS)
    assert (audits.optional, sign_ins.optional) == (False, True)
    assert (audits.stale_after, sign_ins.stale_after) == (10 * MINUTE, 30 * MINUTE)


async def test_equally_urgent_streams_take_turns(both: Both) -> None:
    for log in (both.audits, both.sign_ins):
        log.page_size = 1
        log.add_all(hourly(3))
    assert await both.collect(NOW) == [AUDITS, SIGN_INS] * 3


@pytest.mark.parametrize(
    ("fault", "health"),
    [
        (PermissionMissing("auditLogs", ("AuditLog.Read.All",)), SourceHealth.PERMISSION_MISSING),
        (NotLicensed("no licence"), SourceHealth.NOT_LICENSED),
        (Unavailable("503"), SourceHealth.FAILING),
        (TypeError("nobody foresaw this"), SourceHealth.FAILING),
    ],
)
async def test_a_stream_that_fails_stops_no_other(both: Both, fault: Exception, health: SourceHealth) -> None:
    both.audits.faults = [fault]
    both.sign_ins.page_size = 1
    both.sign_ins.add_all(hourly(3))
    assert await both.collect(NOW) == [AUDITS, SIGN_INS, SIGN_INS, SIGN_INS]
    assert (await both.state(AUDITS)).health is health
    assert (await both.state(SIGN_INS)).health is SourceHealth.OK


async def test_a_wait_that_is_asked_of_one_is_kept_by_all_that_share_the_limit(both: Both) -> None:
    both.sign_ins.add_all(hourly(2))
    both.audits.faults = [Unavailable("429", retry_after=7 * MINUTE)]
    assert await both.collect(NOW) == [AUDITS]
    assert not both.may_go_on, "the reports of use share it, too"
    assert await both.collect(NOW + 6 * MINUTE) == []
    assert not both.may_go_on
    assert await both.collect(NOW + 7 * MINUTE) == [AUDITS, SIGN_INS]
    assert both.may_go_on


async def test_a_source_that_waits_as_asked_is_well_while_what_it_read_is_fresh(both: Both) -> None:
    await both.collect(NOW)
    both.audits.faults = [Unavailable("429", retry_after=HOUR)]
    await both.collect(NOW + MINUTE)
    waiting = await both.state(AUDITS)
    assert (waiting.health, waiting.reason) == (SourceHealth.OK, "429")
    assert waiting.health_at(NOW + 11 * MINUTE) is SourceHealth.STALE


async def test_what_happens_now_comes_before_a_first_read(both: Both) -> None:
    only_audits = replace(both.services, logs={AUDITS: both.services.logs[AUDITS]})
    await collect_logs(only_audits, Family.REPORTS, NOW, lambda: 0)
    both.sign_ins.page_size = 1
    both.sign_ins.add_all(hourly(9))
    slow = seconds_a_page(100)
    assert (await both.collect(NOW + MINUTE, slow))[:2] == [AUDITS, SIGN_INS]
    assert (await both.collect(NOW + 6 * MINUTE, slow))[:2] == [AUDITS, SIGN_INS]


async def test_a_stream_that_brings_more_than_can_be_read_leaves_others_their_deep_passes(both: Both) -> None:
    await both.collect(NOW)
    later = NOW + 7 * HOUR
    both.audits.page_size = 1
    both.audits.add_all(event(f"flood {n}", (later - HOUR - START) / MINUTE + n / 10) for n in range(300))
    both.sign_ins.add(event("late", (NOW - 20 * HOUR - START) / MINUTE), published=later - HOUR)
    order = await both.collect(later, seconds_a_page(5))
    running = {one.kind for one in (await both.state(AUDITS)).running}
    assert PassKind.RECENT in running, "the flood is not over"
    assert order.count(SIGN_INS) == 3
    assert (await both.state(SIGN_INS)).running == ()
    assert await both.events(SIGN_INS) == 1


async def test_what_is_found_more_than_26_hours_later_is_counted_as_overdue_and_taken_in_once(both: Both) -> None:
    both.audits.add_all(hourly(1))
    await both.collect(NOW)
    both.audits.add(event("overdue", (NOW - 25 * HOUR - START) / MINUTE), published=NOW + HOUR)
    both.audits.add(event("late", (NOW - HOUR - START) / MINUTE), published=NOW + HOUR)
    for hours in (7, 14):
        await both.collect(NOW + hours * HOUR)
    state = await both.state(AUDITS)
    assert (state.late, state.overdue, await both.events(AUDITS)) == (2, 1, 3)
    late = [hour.hour for hour in await both.services.ledger.hours(AUDITS, NOW, 26) if hour.late]
    assert late == [(NOW - 25 * HOUR).isoformat()[:13], (NOW - HOUR).isoformat()[:13]]


async def test_a_stream_that_is_switched_off_says_so_and_reads_on_later(both: Both) -> None:
    both.sign_ins.add_all(hourly(2))
    await both.collect(NOW)
    off = replace(both.services, logs={AUDITS: both.services.logs[AUDITS]})
    await collect_logs(off, Family.REPORTS, NOW + MINUTE, lambda: 0)
    assert (await both.state(SIGN_INS)).off
    assert not (await both.state(AUDITS)).off
    both.sign_ins.add_all(hourly(2, NOW + 2 * HOUR))
    await both.collect(NOW + 3 * HOUR)
    assert not (await both.state(SIGN_INS)).off
    assert await both.events(SIGN_INS) == 4


async def test_a_family_reads_its_own_streams_only(both: Both) -> None:
    await collect_logs(both.services, Family.HUNTING, NOW, lambda: 0)
    assert both.order == []
    assert await both.services.ledger.source_states() == ()


async def test_coverage_tells_what_became_of_each_hour(both: Both) -> None:
    both.audits.add_all(hourly(3))
    await both.collect(NOW)
    [audits, _] = await read_coverage(both.services, NOW, 168)
    hours = audits.coverage.hours
    assert len(hours) == 168
    collected = [HourState.EVALUATED, HourState.COLLECTED, HourState.COLLECTED, HourState.PLANNED]
    assert [hour.state for hour in hours[-4:]] == collected
    assert [hour.events for hour in hours[-4:]] == [0, 1, 1, 1]
    chunk = await both.services.ledger.chunk(AUDITS, 1)
    assert chunk is not None
    await both.services.ledger.mark_evaluated(with_fields(chunk, state=ChunkState.EVALUATED))
    [audits, _] = await read_coverage(both.services, NOW, 3)
    assert [hour.state for hour in audits.coverage.hours] == [HourState.EVALUATED] * 2 + [HourState.PLANNED]


async def test_what_is_off_with_its_whole_family_is_told_by_any_other(both: Both) -> None:
    for source in (Stream.EXCHANGE_AUDITS, "oauthAppInfo"):
        await both.services.ledger.record_state(SourceState(source=source, last_complete_read=NOW, read_until=NOW))
    await both.collect(NOW)
    states = {state.source: state.off for state in await both.services.ledger.source_states()}
    assert states == {AUDITS: False, SIGN_INS: False, Stream.EXCHANGE_AUDITS: True, "oauthAppInfo": True}
