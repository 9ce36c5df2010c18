"""While something outside is down, work waits in one place and hints do not pile up; then it is done, once."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from azure.core.exceptions import ResourceNotFoundError

from shared.bootstrap import Application
from shared.domain.alert_queries import AlertQuery
from shared.domain.alerts import DeliveryState
from shared.domain.errors import Unavailable
from shared.domain.ledger import ChunkState
from shared.pipeline.collection.ingest import ingest
from shared.pipeline.delivery.settle import settle
from shared.pipeline.detection.evaluate import evaluate
from shared.pipeline.operation.sweep import sweep
from shared.pipeline.services import Services
from tests.pipeline.routes import Receiver, with_route
from tests.pipeline.worker import NOW, work
from tests.recording import SOURCE, recorded

HOUR = timedelta(hours=1)


class ListThatFails:
    """Fails in a way that nobody foresaw."""

    async def project(self, alert: object, etag: str) -> None:
        raise ValueError(f"not foreseen: {alert} {etag}")


class ArchiveThatIsDown:
    """Answers no reader for as long as it is told."""

    def __init__(self, services: Services) -> None:
        self._archive = services.archive
        self.down = True

    async def read_events(self, path: str) -> object:
        if self.down:
            raise Unavailable("the archive is down")
        return await self._archive.read_events(path)


async def hints(application: Application, queue: str) -> int:
    return next(depth.waiting for depth in await application.services.queue.depths() if depth.queue == queue)


async def one_alert(application: Application, services: Services) -> str:
    """Judges the recorded chunk with the first alert, leaves it unsettled, and returns its id."""
    chunk, _ = await ingest(services, SOURCE, recorded()[1], NOW)
    await evaluate(services, SOURCE, chunk.sequence, NOW)
    [alert_id, *_] = [one async for one in services.intents.older_than(NOW + HOUR)]
    await (await application.connection.queue("settle")).clear_messages()
    return alert_id


async def test_a_dead_receiver_leaves_one_hint_however_often_the_alert_is_settled(application: Application) -> None:
    services = with_route(application.services, Receiver(failures=100))
    alert_id = await one_alert(application, services)
    for _ in range(5):
        await settle(services, alert_id, NOW)
    assert await hints(application, "settle") == 1
    [entry] = await services.alerts.deliveries(alert_id)
    assert (entry.delivery.state, entry.delivery.attempts) == (DeliveryState.PENDING, 1)


async def test_a_receiver_that_was_down_for_an_hour_is_told_once_it_is_back(application: Application) -> None:
    receiver = Receiver(failures=7)
    services = with_route(application.services, receiver)
    alert_id = await one_alert(application, services)
    attempted: list[datetime] = []
    now = NOW
    while await services.intents.version(alert_id):
        before = receiver.attempts
        await settle(services, alert_id, now)
        attempted += [now] * (receiver.attempts - before)
        now += timedelta(minutes=1)
    assert receiver.received == [f"{alert_id}/1"]
    assert len(attempted) == 8
    assert attempted[-1] - attempted[0] < HOUR


async def test_after_thirty_failures_a_delivery_has_failed_for_good_and_says_why(application: Application) -> None:
    receiver = Receiver(failures=100)
    services = with_route(application.services, receiver)
    alert_id = await one_alert(application, services)
    for round_number in range(40):
        await settle(services, alert_id, NOW + round_number * HOUR)
    [entry] = await services.alerts.deliveries(alert_id)
    assert (receiver.attempts, entry.delivery.state) == (30, DeliveryState.FAILED)
    assert entry.delivery.last_error == "the receiver is down"
    assert await services.intents.version(alert_id) is None
    assert (await services.route_statuses.get("receiver")).status.lost == 1


async def test_a_chunk_that_cannot_be_read_waits_with_back_off_and_one_hint(application: Application) -> None:
    archive = ArchiveThatIsDown(application.services)
    services = replace(application.services, archive=archive)  # type: ignore[arg-type] # only reading is asked of it
    chunk, _ = await ingest(application.services, SOURCE, recorded()[1], NOW)
    await (await application.connection.queue("evaluate")).clear_messages()
    for _ in range(5):
        await evaluate(services, SOURCE, chunk.sequence, NOW)
    waiting = await services.ledger.chunk(SOURCE, chunk.sequence)
    assert waiting is not None
    assert (waiting.state, waiting.attempts, waiting.last_error) == (ChunkState.COLLECTED, 1, "the archive is down")
    assert await hints(application, "evaluate") == 1
    archive.down = False
    await work(application, services)
    assert (await services.alert_list.page(AlertQuery(), 50, None)).alerts


async def test_a_chunk_whose_archive_is_gone_is_poison_once_and_then_waits_with_back_off(
    application: Application,
) -> None:
    services = application.services
    chunk, _ = await ingest(services, SOURCE, recorded()[1], NOW)
    events = (await application.connection.container("archive")).get_blob_client(chunk.events_path)
    content = await (await events.download_blob()).readall()
    await events.delete_blob()
    await (await application.connection.queue("evaluate")).clear_messages()
    for _ in range(5):
        with pytest.raises(ResourceNotFoundError):
            await evaluate(services, SOURCE, chunk.sequence, NOW)
    await evaluate(services, SOURCE, chunk.sequence, NOW)
    waiting = await services.ledger.chunk(SOURCE, chunk.sequence)
    assert waiting is not None
    assert (waiting.state, waiting.attempts, waiting.last_error) == (ChunkState.COLLECTED, 5, "ResourceNotFoundError")
    assert (await sweep(services, NOW + timedelta(minutes=3))).chunks == 0
    assert (await sweep(services, NOW + timedelta(minutes=5))).chunks == 1
    await events.upload_blob(content)
    await evaluate(services, SOURCE, chunk.sequence, NOW + timedelta(minutes=5))
    await work(application, services)
    assert (await services.alert_list.page(AlertQuery(), 50, None)).alerts


async def test_an_alert_that_cannot_be_settled_is_hinted_at_now_and_then_and_not_every_minute(
    application: Application,
) -> None:
    services = replace(application.services, alert_list=ListThatFails())  # type: ignore[arg-type] # only projects
    alert_id = await one_alert(application, services)
    with pytest.raises(ValueError, match="not foreseen"):
        await settle(services, alert_id, NOW)
    hinted = [(await sweep(services, NOW + timedelta(minutes=minute))).alerts for minute in (5, 10, 20)]
    # The other alerts of the chunk are hinted at each time.
    assert [number - hinted[0] for number in hinted] == [0, 0, 1]
    await settle(application.services, alert_id, NOW)
    assert await application.services.intents.version(alert_id) is None
