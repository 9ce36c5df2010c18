"""Timers by the real clock, with their status in real blob storage."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import pytest
from azure.storage.blob.aio import ContainerClient

from local.host.invocation import Tick, TimerStatus
from local.host.timers.schedules import Interval, Schedule, parse_schedule
from local.host.timers.status import BlobStatusStore, TimerStatuses
from local.host.timers.timer import Timer
from tests.local.host.waiting import until

HOURLY = parse_schedule("0 0 * * * *")
SHORT = Interval(timedelta(milliseconds=50))


@pytest.fixture
async def store(connection_string: str, unique: Callable[[str], str]) -> AsyncIterator[BlobStatusStore]:
    statuses = TimerStatuses({"AzureWebJobsStorage": connection_string}, unique("host"))
    yield statuses.of("tick")
    await statuses.close()


class Recorder:
    """A function that records its ticks; each takes ``seconds``."""

    def __init__(self, seconds: float = 0) -> None:
        self.ticks: list[Tick] = []
        self.ended = 0
        self.most_at_once = 0
        self._seconds = seconds

    async def __call__(self, tick: Tick) -> None:
        self.ticks.append(tick)
        self.most_at_once = max(self.most_at_once, len(self.ticks) - self.ended)
        await asyncio.sleep(self._seconds)
        self.ended += 1

    async def until(self, count: int) -> None:
        """Wait for that many ticks."""
        await until(lambda: len(self.ticks) >= count)


async def start(
    run: Recorder, schedule: Schedule, store: BlobStatusStore | None, on_startup: bool = False
) -> tuple[Timer, asyncio.Task[None]]:
    timer = Timer("tick", schedule, run, store, on_startup)
    await timer.prepare()
    return timer, asyncio.create_task(timer.listen())


async def stop(timer: Timer, task: asyncio.Task[None]) -> None:
    timer.stop_taking()
    await task


async def overwrite(connection_string: str, store: BlobStatusStore, content: str) -> None:
    """Put this in place of the status, as another program would."""
    now = datetime.now(UTC)
    await store.write(TimerStatus(None, now, now))
    async with ContainerClient.from_connection_string(connection_string, "azure-webjobs-hosts") as container:
        await container.upload_blob(store.blob_name, content, overwrite=True)


async def is_written(store: BlobStatusStore, after: datetime) -> bool:
    """Whether the store holds a status whose next tick comes later than ``after``."""
    status = await store.read()
    return status is not None and status.next > after


async def test_one_timer_never_overlaps_itself_and_goes_on_at_once_after_a_long_run() -> None:
    run = Recorder(seconds=0.12)
    running = await start(run, SHORT, None)
    await run.until(4)
    await stop(*running)
    assert run.most_at_once == 1
    assert run.ended == len(run.ticks)
    assert not any(tick.past_due for tick in run.ticks)


async def test_a_timer_whose_status_is_not_kept_has_none(store: BlobStatusStore) -> None:
    run = Recorder()
    running = await start(run, SHORT, None)
    await run.until(1)
    await stop(*running)
    assert run.ticks[0].status is None
    assert await store.read() is None


async def test_the_first_start_is_not_past_due_and_notes_when_the_next_comes(store: BlobStatusStore) -> None:
    run = Recorder()
    running = await start(run, HOURLY, store)
    await until(lambda: is_written(store, after=datetime.now(UTC)))
    await stop(*running)
    status = await store.read()
    assert status is not None
    assert status.last is None
    assert status.next == HOURLY.next_after(status.updated)
    assert run.ticks == []


async def test_a_tick_that_no_host_was_there_for_runs_at_the_next_start(store: BlobStatusStore) -> None:
    before = datetime.now(UTC) - timedelta(hours=3)
    missed = TimerStatus(before, HOURLY.next_after(before), before)
    await store.write(missed)
    run = Recorder()
    running = await start(run, HOURLY, store)
    await run.until(1)
    await stop(*running)
    assert run.ticks == [Tick(past_due=True, status=missed)]
    status = await store.read()
    assert status is not None
    assert status.next > datetime.now(UTC)


async def test_a_changed_schedule_is_not_past_due(store: BlobStatusStore) -> None:
    before = datetime.now(UTC) - timedelta(hours=3)
    daily = parse_schedule("0 0 0 * * *")
    await store.write(TimerStatus(before, before + timedelta(minutes=7), before))
    run = Recorder()
    running = await start(run, daily, store)
    await until(lambda: is_written(store, after=datetime.now(UTC)))
    await stop(*running)
    assert run.ticks == []


async def test_a_timer_that_last_ran_while_the_clock_was_ahead_does_not_wait_for_that_time(
    store: BlobStatusStore,
) -> None:
    ahead = datetime.now(UTC) + timedelta(days=30)
    await store.write(TimerStatus(ahead, HOURLY.next_after(ahead), ahead))
    run = Recorder()
    running = await start(run, HOURLY, store)

    async def starts_anew() -> bool:
        status = await store.read()
        return status is not None and status.next < ahead

    await until(starts_anew)
    await stop(*running)
    assert run.ticks == []


@pytest.mark.parametrize("content", ["", "{", "{}", "[]", '{"Last": null, "Next": null, "LastUpdated": null}'])
async def test_a_status_that_nobody_can_read_counts_as_none(
    connection_string: str, store: BlobStatusStore, content: str
) -> None:
    await overwrite(connection_string, store, content)
    assert await store.read() is None


async def test_a_status_is_in_utc_whatever_zone_it_was_written_in(
    connection_string: str, store: BlobStatusStore
) -> None:
    times = ("2026-07-01T14:00:00.1234567+02:00", "2026-07-01T13:00:00Z", "0001-01-01T00:00:00")
    await overwrite(
        connection_string, store, json.dumps(dict(zip(("Last", "Next", "LastUpdated"), times, strict=True)))
    )
    status = await store.read()
    assert status is not None
    assert status.last == datetime(2026, 7, 1, 12, 0, 0, 123456, tzinfo=UTC)
    assert {status.last.tzinfo, status.next.tzinfo, status.updated.tzinfo} == {UTC}


async def test_a_timer_may_run_at_startup(store: BlobStatusStore) -> None:
    run = Recorder()
    running = await start(run, HOURLY, store, on_startup=True)
    await run.until(1)
    await stop(*running)
    assert [tick.past_due for tick in run.ticks] == [False]


async def test_two_timers_may_be_the_first_to_keep_their_status(
    connection_string: str, unique: Callable[[str], str]
) -> None:
    async with ContainerClient.from_connection_string(connection_string, "azure-webjobs-hosts") as container:
        if await container.exists():
            await container.delete_container()
    statuses = TimerStatuses({"AzureWebJobsStorage": connection_string}, unique("host"))
    stores = [statuses.of("one"), statuses.of("other")]
    now = datetime.now(UTC)
    await asyncio.gather(*(store.write(TimerStatus(None, now, now)) for store in stores))
    assert [await store.read() for store in stores] == [TimerStatus(None, now, now)] * 2
    await statuses.close()


async def test_stopping_waits_for_the_run_under_way() -> None:
    run = Recorder(seconds=0.2)
    running = await start(run, SHORT, None)
    await run.until(1)
    await stop(*running)
    assert (run.ended, len(run.ticks)) == (1, 1)
