"""A storm of alerts, minute by minute of a clock that the test moves: few cards, and nothing untold.

The environment variable CONSENTRY_SOAK_ALERTS sets how many, for a shorter run.
"""

import os
import time
from collections.abc import Callable
from datetime import timedelta

import pytest

from shared.bootstrap import Application
from shared.domain.alert_queries import AlertQuery
from shared.domain.severities import Severity
from shared.pipeline.delivery.summaries import send_summaries
from shared.pipeline.detection.deduplicate_alerts import raise_alerts
from shared.pipeline.services import Services
from tests.conftest import RecordFigure
from tests.domain.findings import app, event, finding
from tests.pipeline.routes import Channel, with_route
from tests.pipeline.storms import settle_all, unsettled
from tests.pipeline.worker import NOW

_ALERTS = int(os.environ.get("CONSENTRY_SOAK_ALERTS", "10000"))
_AT_A_TIME = 500
_MOST_MINUTES = 600
_PAGE = 500


@pytest.mark.soak
async def test_a_storm_becomes_few_cards_and_tells_of_every_alert(
    application: Application, show: Callable[[str], None], record_figure: RecordFigure
) -> None:
    channel = Channel()
    services = with_route(application.services, channel)
    began = time.monotonic()
    for first in range(0, _ALERTS, _AT_A_TIME):
        await raise_storm(services, range(first, min(first + _AT_A_TIME, _ALERTS)))
    show(f"{_ALERTS} alerts raised in {time.monotonic() - began:.0f} s")
    cards = [await minute_passes(services, channel, 0)]
    show(f"all settled after {time.monotonic() - began:.0f} s")
    while await services.held.first(channel.name, 1):
        assert len(cards) < _MOST_MINUTES, "alerts are held for ever"
        cards.append(await minute_passes(services, channel, len(cards)))
    told = len(set(channel.received)) + sum(summary.total for summary in channel.summaries)
    listed = await count_listed(services)
    show(f"{told} told by {sum(cards)} cards, at most {max(cards)} a minute, over {len(cards)} minutes")
    assert (told, listed) == (_ALERTS, _ALERTS)
    record_figure("R12", "alerts in the storm", _ALERTS)
    record_figure("R12", "cards in the fullest minute", max(cards))
    record_figure("R12", "alerts neither told nor counted", _ALERTS - told)
    record_figure("R12", "alerts missing from the list", _ALERTS - listed)


async def raise_storm(services: Services, numbers: range) -> None:
    findings = [finding(event(f"e{n}", of=app(f"app-{n}")), severity=list(Severity)[n % 4]) for n in numbers]
    await raise_alerts(services, findings, NOW)


async def minute_passes(services: Services, channel: Channel, minute: int) -> int:
    """What hosts do within a minute; returns how many cards came."""
    before = len(channel.received) + len(channel.summaries)
    now = NOW + timedelta(minutes=minute)
    await settle_all(services, now)
    await send_summaries(services, now + timedelta(seconds=30))
    assert await unsettled(services) == []
    return len(channel.received) + len(channel.summaries) - before


async def count_listed(services: Services) -> int:
    count, after = 0, None
    while True:
        page = await services.alert_list.page(AlertQuery(), _PAGE, after)
        count += len(page.alerts)
        after = page.next
        if after is None:
            return count
