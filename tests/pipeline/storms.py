"""Many alerts at once on a channel that takes few cards."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

from shared.bootstrap import Application
from shared.domain.alerts import DeliveryState
from shared.domain.pace import Pace
from shared.domain.severities import Severity
from shared.pipeline.delivery.settle import settle
from shared.pipeline.detection.deduplicate_alerts import raise_alerts
from shared.pipeline.services import Services
from shared.storage.route_pace import TableRoutePace
from tests.domain.findings import app, event, finding
from tests.pipeline.routes import Channel, with_route
from tests.pipeline.worker import NOW

_AT_ONCE = 24
"""As many messages as a function host works on at a time."""


def paced(application: Application, channel: Channel, most: int) -> Services:
    """The channel takes ``most`` cards a minute, without a pause between them."""
    pace = TableRoutePace(application.connection, Pace(most=most, gap=timedelta(0)))
    return with_route(replace(application.services, pace=pace), channel)


async def raised(services: Services, number: int, severity: Severity = Severity.HIGH, now: datetime = NOW) -> None:
    """So many alerts more, each about an app of its own; not settled yet."""
    first = len(await unsettled(services))
    named = [f"{severity}-{now:%H%M%S}-{n}" for n in range(first, first + number)]
    findings = [finding(event(f"e-{name}", of=app(f"app-{name}")), severity=severity) for name in named]
    await raise_alerts(services, findings, now)


async def unsettled(services: Services) -> list[str]:
    return [alert_id async for alert_id in services.intents.older_than(NOW + timedelta(days=30))]


async def settle_all(services: Services, now: datetime = NOW) -> None:
    free = asyncio.Semaphore(_AT_ONCE)

    async def one(alert_id: str) -> None:
        async with free:
            await settle(services, alert_id, now)

    await asyncio.gather(*map(one, await unsettled(services)))


async def states(services: Services, alert_ids: list[str]) -> list[DeliveryState]:
    return [entry.delivery.state for one in alert_ids for entry in await services.alerts.deliveries(one)]
