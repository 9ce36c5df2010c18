"""Works the queues off as the function host does: a message goes only when its function returned."""

import base64
from datetime import UTC, datetime, timedelta
from random import Random

from shared.bootstrap import Application
from shared.domain.messages import AlertUnsettled, ChunkWaits, decode_message
from shared.pipeline.delivery.settle import settle
from shared.pipeline.detection.evaluate import evaluate
from shared.pipeline.operation.sweep import sweep
from shared.pipeline.services import Services

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
NOBODY_LISTENS = (
    "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=Yg==;TableEndpoint=http://127.0.0.1:9/a;"
    "QueueEndpoint=http://127.0.0.1:9/a;BlobEndpoint=http://127.0.0.1:9/a"
)
"""An account on a port that is closed."""

_MOST_ROUNDS = 100


async def work(
    application: Application,
    services: Services | None = None,
    random: Random | None = None,
    tick: timedelta = timedelta(minutes=3),
) -> None:
    """Until nothing is left, sweeping whenever the queues are empty. ``random`` shuffles and repeats deliveries.

    The clock moves on by ``tick`` with every sweep: past the claims of the dead, unless others are alive.
    """
    on, now = services or application.services, NOW
    for _ in range(_MOST_ROUNDS):
        if await _deliver_round(application, on, now, random):
            continue
        now += tick
        swept = await sweep(on, now, patience=timedelta(0))
        if not (swept.chunks or swept.alerts or swept.parked):
            return
    raise AssertionError(f"work was left after {_MOST_ROUNDS} rounds")


async def _deliver_round(application: Application, services: Services, now: datetime, random: Random | None) -> bool:
    """Delivers up to 32 messages of each queue; False if there were none.

    What a worker took and died with stays hidden for longer than any test: only the sweeper brings it back.
    """
    delivered = False
    for name in ("evaluate", "settle"):
        queue = await application.connection.queue(name)
        messages = [message async for message in queue.receive_messages(max_messages=32, visibility_timeout=600)]
        if random:
            messages += [message for message in messages if random.random() < 0.2]
            random.shuffle(messages)
        for message in messages:
            delivered = True
            await deliver(services, name, base64.b64decode(message.content), now)
        for pop_receipt, message in {message.pop_receipt: message for message in messages}.items():
            await queue.delete_message(message, pop_receipt)
    return delivered


async def deliver(services: Services, queue: str, body: bytes, now: datetime) -> None:
    if queue == "evaluate":
        waiting = decode_message(body, ChunkWaits)
        await evaluate(services, waiting.source, waiting.sequence, now)
    else:
        await settle(services, decode_message(body, AlertUnsettled).alert_id, now)
