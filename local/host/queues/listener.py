"""Queue triggers: takes messages, runs the function on each, and deletes, releases or sets them aside."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from azure.core.exceptions import AzureError, ResourceExistsError, ResourceNotFoundError
from azure.storage.queue import QueueMessage as StoredMessage
from azure.storage.queue.aio import QueueClient

from local.host.host_json import QueueOptions
from local.host.invocation import QueueMessage
from local.host.queues.encoding import decode

type RunOnMessage = Callable[[QueueMessage], Awaitable[bool]]

_log = logging.getLogger(__name__)

_SHORTEST_POLL_SECONDS = 0.1
# A message is hidden from others for this long; while its function runs it is renewed at half time.
_TAKEN_FOR = timedelta(minutes=10)


class QueueListener:
    """Listens to one queue. ``run`` runs the function and says whether it succeeded.

    ``poison`` is where messages go that failed too often; None for a queue that is itself a poison queue.
    Both clients carry texts as they are stored. Delivery is at least once: when this process dies, its
    messages come back after ``taken_for``.
    """

    def __init__(
        self,
        queue: QueueClient,
        poison: QueueClient | None,
        options: QueueOptions,
        run: RunOnMessage,
        taken_for: timedelta = _TAKEN_FOR,
    ) -> None:
        self._queue = queue
        self._poison = poison
        self._options = options
        self._run = run
        self._taken_for = taken_for
        self._running: set[asyncio.Task[None]] = set()
        self._stopping = asyncio.Event()

    async def prepare(self) -> None:
        """Make the queue where it is absent. Raises AzureError where storage cannot be reached."""
        await _create(self._queue)

    async def listen(self) -> None:
        """Take and run messages until ``stop_taking``; then wait for those that run."""
        pause = _SHORTEST_POLL_SECONDS
        while not self._stopping.is_set():
            taken = await self._take()
            for message in taken:
                task = asyncio.create_task(self._process(message))
                self._running.add(task)
                task.add_done_callback(self._running.discard)
            if taken:
                pause = _SHORTEST_POLL_SECONDS
                await self._wait_for_room()
            else:
                await self._wait(pause * random.uniform(0.8, 1.2))
                pause = min(pause * 2, self._options.max_polling_interval.total_seconds())
        await asyncio.gather(*self._running)

    def stop_taking(self) -> None:
        """Take no more messages."""
        self._stopping.set()

    async def _take(self) -> list[StoredMessage]:
        size = self._options.batch_size
        pages = self._queue.receive_messages(
            messages_per_page=size, visibility_timeout=_seconds(self._taken_for), max_messages=size
        ).by_page()
        try:
            # One page is one request; iterating on would ask until the queue is empty.
            return [message async for message in await anext(pages)]
        except StopAsyncIteration:
            return []
        except ResourceNotFoundError:
            await _create(self._queue)
            return []
        except AzureError as error:
            _log.warning("Queue %s cannot be read: %s", self._queue.queue_name, error)
            return []

    async def _wait_for_room(self) -> None:
        while len(self._running) > self._options.new_batch_threshold and not self._stopping.is_set():
            await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)

    async def _wait(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return

    async def _process(self, message: StoredMessage) -> None:
        try:
            await self._process_taken(message)
        except AzureError as error:
            # Nothing is lost: the message becomes visible again.
            _log.warning("Message %s of %s: %s", message.id, self._queue.queue_name, error)

    async def _process_taken(self, message: StoredMessage) -> None:
        most = self._options.max_dequeue_count
        taken = message.dequeue_count or 0
        try:
            body = decode(message.content, self._options.encoding)
        except ValueError:
            await self._set_aside(message, "cannot be decoded")
            return
        if taken > most:
            # The process died on it each time, so no failure was ever recorded.
            await self._set_aside(message, f"was taken more than {most} times")
        elif await self._run_while_renewed(message, _as_function_sees(message, body)):
            await self._delete(message)
        elif self._poison is None:
            # A poison queue has none of its own. Its message stays hidden, or it would fail in a loop.
            return
        elif taken >= most:
            await self._set_aside(message, f"failed {most} times")
        else:
            await self._renew(message, self._options.visibility_timeout)

    async def _run_while_renewed(self, message: StoredMessage, seen: QueueMessage) -> bool:
        done = asyncio.Event()
        renewing = asyncio.create_task(self._renew_until(done, message))
        try:
            return await self._run(seen)
        finally:
            # Not cancelled: a renewal under way has a new pop receipt, needed to delete the message.
            done.set()
            await renewing

    async def _renew_until(self, done: asyncio.Event, message: StoredMessage) -> None:
        while True:
            try:
                await asyncio.wait_for(done.wait(), self._taken_for.total_seconds() / 2)
            except TimeoutError:
                await self._renew(message, self._taken_for)
            else:
                return

    async def _renew(self, message: StoredMessage, hidden_for: timedelta) -> None:
        try:
            renewed = await self._queue.update_message(
                message.id, message.pop_receipt, visibility_timeout=_seconds(hidden_for)
            )
            message.pop_receipt = renewed.pop_receipt
        except AzureError as error:
            _log.warning("Message %s of %s not renewed: %s", message.id, self._queue.queue_name, error)

    async def _set_aside(self, message: StoredMessage, why: str) -> None:
        if self._poison is None:
            return
        _log.warning("Message %s %s and moves to %s", message.id, why, self._poison.queue_name)
        try:
            await self._poison.send_message(message.content)
        except ResourceNotFoundError:
            await _create(self._poison)
            await self._poison.send_message(message.content)
        # Copied first: a crash in between repeats the message, never loses it.
        await self._delete(message)

    async def _delete(self, message: StoredMessage) -> None:
        try:
            await self._queue.delete_message(message.id, message.pop_receipt)
        except ResourceNotFoundError:
            _log.debug("Message %s was deleted or taken by another", message.id)


async def _create(queue: QueueClient) -> None:
    try:
        await queue.create_queue()
    except ResourceExistsError:
        return


def _as_function_sees(message: StoredMessage, body: str) -> QueueMessage:
    never = datetime.max.replace(tzinfo=UTC)
    return QueueMessage(
        id=message.id,
        body=body,
        dequeue_count=message.dequeue_count or 0,
        inserted=message.inserted_on or never,
        expires=message.expires_on or never,
        next_visible=message.next_visible_on or never,
        pop_receipt=message.pop_receipt or "",
    )


def _seconds(span: timedelta) -> int:
    return int(span.total_seconds())
