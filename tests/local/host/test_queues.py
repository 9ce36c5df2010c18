"""The queue listener against a real queue: taking, renewing, releasing and setting aside."""

import asyncio
import base64
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from azure.core.exceptions import ResourceNotFoundError
from azure.storage.queue.aio import QueueClient

from local.host.host_json import QueueOptions
from local.host.invocation import QueueMessage
from local.host.queues.listener import QueueListener, RunOnMessage
from tests.local.host.waiting import until

OPTIONS = QueueOptions(
    batch_size=16,
    new_batch_threshold=8,
    max_dequeue_count=3,
    visibility_timeout=timedelta(),
    max_polling_interval=timedelta(milliseconds=100),
    encoding="base64",
)


@dataclass(frozen=True)
class Queues:
    """A queue and its poison queue, raw."""

    queue: QueueClient
    poison: QueueClient

    async def put(self, text: str) -> None:
        """Put a message that functions see as ``text``."""
        await self.queue.send_message(base64.b64encode(text.encode()).decode())

    async def waiting(self) -> int:
        """How many messages the queue holds, hidden ones too."""
        return (await self.queue.get_queue_properties()).approximate_message_count or 0

    async def poisoned(self) -> list[str]:
        """The stored texts on the poison queue; it need not exist."""
        try:
            return [message.content for message in await self.poison.peek_messages(32)]
        except ResourceNotFoundError:
            return []

    async def is_poisoned(self) -> bool:
        """Whether the poison queue holds anything."""
        return await self.poisoned() != []

    async def is_empty(self) -> bool:
        """Whether the queue holds nothing."""
        return await self.waiting() == 0

    def listener(
        self, run: RunOnMessage, options: QueueOptions = OPTIONS, taken_for: timedelta = timedelta(minutes=10)
    ) -> QueueListener:
        """A listener to the queue."""
        return QueueListener(self.queue, self.poison, options, run, taken_for)


@pytest.fixture
async def queues(connection_string: str, unique: Callable[[str], str]) -> AsyncIterator[Queues]:
    name = unique("q")
    async with (
        QueueClient.from_connection_string(connection_string, name) as queue,
        QueueClient.from_connection_string(connection_string, f"{name}-poison") as poison,
    ):
        await queue.create_queue()
        yield Queues(queue, poison)


@asynccontextmanager
async def listening(listener: QueueListener) -> AsyncIterator[None]:
    task = asyncio.create_task(listener.listen())
    try:
        yield
    finally:
        listener.stop_taking()
        await task


class Recorder:
    """A function that records its messages and succeeds or not."""

    def __init__(self, succeeds: bool = True) -> None:
        self.seen: list[QueueMessage] = []
        self._succeeds = succeeds

    async def __call__(self, message: QueueMessage) -> bool:
        self.seen.append(message)
        return self._succeeds


async def test_a_message_is_decoded_run_once_and_deleted(queues: Queues) -> None:
    run = Recorder()
    await queues.put("grüß <&> dich")
    async with listening(queues.listener(run)):
        await until(lambda: len(run.seen) == 1)
    (message,) = run.seen
    assert message.body == "grüß <&> dich"
    assert message.dequeue_count == 1
    assert message.inserted < message.expires
    assert await queues.waiting() == 0
    assert await queues.poisoned() == []


async def test_a_message_fails_exactly_to_the_maximum_and_moves_to_the_poison_queue(queues: Queues) -> None:
    run = Recorder(succeeds=False)
    await queues.put("bad")
    async with listening(queues.listener(run)):
        await until(queues.is_poisoned)
    assert [message.dequeue_count for message in run.seen] == [1, 2, 3]
    assert await queues.poisoned() == [base64.b64encode(b"bad").decode()]
    assert await queues.waiting() == 0


async def test_the_last_failure_sets_a_message_aside_at_once_not_after_the_visibility_timeout(
    queues: Queues,
) -> None:
    options = replace(OPTIONS, max_dequeue_count=1, visibility_timeout=timedelta(hours=1))
    await queues.put("bad")
    async with listening(queues.listener(Recorder(succeeds=False), options)):
        await until(queues.is_poisoned)
    assert await queues.waiting() == 0


@pytest.mark.parametrize("stored", ["not base64!", base64.b64encode(b"\xff\xfe").decode()])
async def test_a_message_that_cannot_be_decoded_moves_as_it_is_and_never_runs(queues: Queues, stored: str) -> None:
    run = Recorder()
    await queues.queue.send_message(stored)
    async with listening(queues.listener(run)):
        await until(queues.is_poisoned)
    assert await queues.poisoned() == [stored]
    assert await queues.waiting() == 0
    assert run.seen == []


async def test_plain_text_is_taken_as_it_is_where_host_json_says_so(queues: Queues) -> None:
    run = Recorder()
    await queues.queue.send_message("plain")
    async with listening(queues.listener(run, replace(OPTIONS, encoding="none"))):
        await until(lambda: len(run.seen) == 1)
    assert run.seen[0].body == "plain"


async def test_a_message_whose_host_died_too_often_is_set_aside_without_another_run(queues: Queues) -> None:
    await queues.put("killer")
    for _ in range(OPTIONS.max_dequeue_count):
        message = await queues.queue.receive_message(visibility_timeout=60)
        assert message is not None
        await queues.queue.update_message(message.id, message.pop_receipt, visibility_timeout=0)
    run = Recorder()
    async with listening(queues.listener(run)):
        await until(queues.is_poisoned)
    assert run.seen == []
    assert await queues.waiting() == 0


async def test_a_failed_message_stays_hidden_for_the_visibility_timeout(queues: Queues) -> None:
    run = Recorder(succeeds=False)
    await queues.put("bad")
    async with listening(queues.listener(run, replace(OPTIONS, visibility_timeout=timedelta(hours=1)))):
        await until(lambda: len(run.seen) == 1)
    assert await queues.waiting() == 1
    assert await queues.queue.receive_message() is None


async def test_a_failed_message_of_a_poison_queue_is_neither_moved_nor_repeated(queues: Queues) -> None:
    run = Recorder(succeeds=False)
    await queues.put("bad")
    async with listening(QueueListener(queues.queue, None, OPTIONS, run)):
        await until(lambda: len(run.seen) == 1)
        await asyncio.sleep(0.3)
    assert len(run.seen) == 1
    assert await queues.waiting() == 1


async def test_a_running_message_is_renewed_and_then_deleted(queues: Queues) -> None:
    others = []

    async def run(_message: QueueMessage) -> bool:
        # Longer than the message is taken for.
        for _ in range(7):
            await asyncio.sleep(0.2)
            others.append(await queues.queue.receive_message())
        return True

    await queues.put("long")
    async with listening(queues.listener(run, taken_for=timedelta(seconds=1))):
        await until(lambda: bool(others))
    assert others == [None] * 7
    assert await queues.waiting() == 0


async def test_no_more_run_at_once_than_batch_size_and_threshold(queues: Queues) -> None:
    running: list[QueueMessage] = []
    most = 0
    room = asyncio.Semaphore(0)

    async def run(message: QueueMessage) -> bool:
        nonlocal most
        running.append(message)
        most = max(most, len(running))
        await room.acquire()
        running.remove(message)
        return True

    for number in range(8):
        await queues.put(str(number))
    options = replace(OPTIONS, batch_size=2, new_batch_threshold=1)
    async with listening(queues.listener(run, options)):
        await until(lambda: len(running) == 2)
        room.release()
        await until(lambda: len(running) == 3)
        await asyncio.sleep(0.3)
        assert len(running) == 3
        for _ in range(8):
            room.release()
        await until(queues.is_empty)
    assert most == 3


async def test_stopping_finishes_what_runs_and_takes_no_more(queues: Queues) -> None:
    began, may_end = asyncio.Event(), asyncio.Event()
    ended: list[str] = []

    async def run(message: QueueMessage) -> bool:
        began.set()
        await may_end.wait()
        ended.append(message.body)
        return True

    listener = queues.listener(run, replace(OPTIONS, batch_size=1, new_batch_threshold=0))
    await queues.put("first")
    await queues.put("second")
    task = asyncio.create_task(listener.listen())
    await began.wait()
    listener.stop_taking()
    may_end.set()
    await task
    assert ended == ["first"]
    left = await queues.queue.receive_message()
    assert left is not None
    assert (left.content, left.dequeue_count) == (base64.b64encode(b"second").decode(), 1)


async def test_a_queue_that_vanishes_is_made_again(queues: Queues) -> None:
    run = Recorder()

    async def put() -> bool:
        try:
            await queues.put("after")
        except ResourceNotFoundError:
            return False
        return True

    async with listening(queues.listener(run)):
        await queues.queue.delete_queue()
        await until(put)
        await until(lambda: len(run.seen) == 1)
    assert run.seen[0].body == "after"
