"""The queues: messages that the trigger can read, now or later."""

import base64
from datetime import timedelta

import pytest

from shared.domain.messages import AlertUnsettled, ChunkWaits, QueueDepth, RemediationWaits, decode_message
from shared.storage.connection import StorageConnection
from shared.storage.work_queue import QUEUES, StorageQueues


@pytest.fixture
def queues(connection: StorageConnection) -> StorageQueues:
    return StorageQueues(connection)


async def received(connection: StorageConnection, name: str) -> list[bytes]:
    queue = await connection.queue(name)
    return [base64.b64decode(message.content, validate=True) async for message in queue.receive_messages()]


async def test_a_chunk_is_named_in_base64_as_the_trigger_expects(
    queues: StorageQueues, connection: StorageConnection
) -> None:
    await queues.evaluate("graph", 7)
    bodies = await received(connection, "evaluate")
    assert [decode_message(body, ChunkWaits) for body in bodies] == [ChunkWaits(source="graph", sequence=7)]


async def test_a_message_carries_the_trace_that_sent_it(connection: StorageConnection) -> None:
    trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    await StorageQueues(connection, lambda: trace).settle("alert-1")
    bodies = await received(connection, "settle")
    assert [decode_message(body, AlertUnsettled) for body in bodies] == [
        AlertUnsettled(alert_id="alert-1", traceparent=trace)
    ]


async def test_a_delayed_message_counts_but_is_not_yet_received(
    queues: StorageQueues, connection: StorageConnection
) -> None:
    await queues.settle("alert-1", timedelta(minutes=5))
    await queues.settle("alert-2", timedelta(days=30))
    assert await received(connection, "settle") == []
    assert QueueDepth(queue="settle", waiting=2, poison=0) in await queues.depths()


async def test_a_message_never_expires(queues: StorageQueues, connection: StorageConnection) -> None:
    await queues.evaluate("graph", 1)
    queue = await connection.queue("evaluate")
    message = await queue.receive_message()
    assert message is not None
    assert message.expires_on is not None
    assert message.expires_on.year == 9999


async def test_poison_is_counted(queues: StorageQueues, connection: StorageConnection) -> None:
    await (await connection.queue("evaluate-poison")).send_message("x")
    poison = {depth.queue: depth.poison for depth in await queues.depths()}
    assert poison == {**dict.fromkeys(QUEUES, 0), "evaluate": 1}


async def test_a_remediation_that_waits_is_told(queues: StorageQueues, connection: StorageConnection) -> None:
    await queues.remediate("remediation-1")
    [body] = await received(connection, "remediate")
    assert decode_message(body, RemediationWaits).remediation_id == "remediation-1"
