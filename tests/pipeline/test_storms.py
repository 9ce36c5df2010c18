"""A storm of alerts: few cards, one summary for the rest, and nothing untold."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from shared.bootstrap import Application
from shared.domain.alerts import DeliveryState
from shared.domain.errors import Unavailable
from shared.domain.route_status import RouteGone, RouteHealth
from shared.domain.severities import Severity
from shared.pipeline.delivery.summaries import send_summaries
from shared.pipeline.detection.deduplicate_alerts import raise_alerts
from shared.pipeline.services import Services
from tests.conftest import RecordFigure
from tests.domain.findings import app, event, finding
from tests.pipeline.conftest import Start
from tests.pipeline.faults import Death, Died, dying
from tests.pipeline.routes import Channel, Receiver, with_route
from tests.pipeline.storms import paced, raised, settle_all, states, unsettled
from tests.pipeline.worker import NOW, work

MINUTE = timedelta(minutes=1)
CALLS = ("pace", "held", "route", "alerts.record_delivery", "intents.close")
"""What telling a channel calls; ``test_crashes.py`` dies at all the rest."""
MAY_REPEAT = {
    "before alerts.record_delivery",  # sent or held, and not recorded
    "after route channel.send",
    "after held.insert",
    "after route channel.send_summary",  # sent, and not removed
    "before held.remove",
}


@pytest.fixture
def channel() -> Channel:
    return Channel()


async def test_what_has_no_place_is_told_in_one_summary(application: Application, channel: Channel) -> None:
    services = paced(application, channel, most=3)
    await raised(services, 5, Severity.MEDIUM)
    await raised(services, 4)
    alert_ids = await unsettled(services)
    await settle_all(services)
    assert len(channel.received) == 3
    assert await unsettled(services) == []
    assert sorted(await states(services, alert_ids)) == [DeliveryState.HELD] * 6 + [DeliveryState.SENT] * 3
    await send_summaries(services, NOW + MINUTE)
    [summary] = channel.summaries
    assert summary.total == 6
    assert sorted(channel.told) == sorted(f"{alert_id}/1" for alert_id in alert_ids)
    await send_summaries(services, NOW + 2 * MINUTE)
    assert len(channel.summaries) == 1


async def test_settling_again_tells_nobody_again(application: Application, channel: Channel) -> None:
    services = paced(application, channel, most=1)
    await raised(services, 3)
    alert_ids = await unsettled(services)
    await settle_all(services)
    await send_summaries(services, NOW + MINUTE)
    for alert_id in alert_ids:
        await services.intents.open(alert_id, NOW)
    await settle_all(services, NOW + 10 * MINUTE)
    await send_summaries(services, NOW + 10 * MINUTE)
    assert len(channel.told) == len(set(channel.told)) == 3


async def test_hosts_in_a_storm_share_pace_and_summary(
    start: Start, unique: Callable[[str], str], channel: Channel
) -> None:
    prefix = unique("storm")
    hosts = [paced(start(prefix), channel, most=4) for _ in range(2)]
    await raised(hosts[0], 30)
    await asyncio.gather(*(settle_all(host) for host in hosts))
    await asyncio.gather(*(settle_all(host, NOW + 3 * MINUTE) for host in hosts))
    await asyncio.gather(*(send_summaries(host, NOW + 3 * MINUTE) for host in hosts))
    assert await unsettled(hosts[0]) == []
    assert len(channel.received) <= 2 * 4
    assert [summary.total for summary in channel.summaries] == [30 - len(channel.received)]


async def test_a_summary_counts_what_it_tells_and_the_next_tells_the_rest(
    application: Application, channel: Channel
) -> None:
    services = paced(application, channel, most=1)
    await raised(services, 10)
    await settle_all(services)
    for minutes in range(1, 5):
        await send_summaries(services, NOW + minutes * MINUTE, most=4)
    assert [(summary.total, summary.more) for summary in channel.summaries] == [(4, True), (4, True), (1, False)]
    assert len(set(channel.told)) == 10


async def test_a_summary_that_fails_is_tried_again_with_back_off_and_loses_nothing(
    application: Application, channel: Channel
) -> None:
    services = paced(application, channel, most=1)
    await raised(services, 4)
    await settle_all(services)
    channel.error = Unavailable("the flow answered 502")
    for seconds in (60, 70, 80, 120):
        await send_summaries(services, NOW + timedelta(seconds=seconds))
    assert channel.attempts - len(channel.received) == 3, "at 60, 80 and 120 seconds"
    status = (await services.route_statuses.get("channel")).status
    assert (status.failures, status.last_error) == (3, "the flow answered 502")
    channel.error = None
    await send_summaries(services, NOW + 30 * MINUTE)
    assert len(channel.told) == len(set(channel.told)) == 4
    status = (await services.route_statuses.get("channel")).status
    assert (status.failures, status.cards) == (0, 2)


async def test_a_channel_that_fails_keeps_no_other_from_being_told(application: Application) -> None:
    broken, sound = Channel(), Channel()
    broken.name = "broken"
    services = with_routes(paced(application, sound, most=1), broken, sound)
    await raised(services, 3)
    await settle_all(services)
    broken.error = Unavailable("the flow answered 502")
    await send_summaries(services, NOW + MINUTE)
    assert [summary.total for summary in sound.summaries] == [2]
    broken.error = None
    await send_summaries(services, NOW + 10 * MINUTE)
    assert [summary.total for summary in broken.summaries] == [2]


async def test_an_hour_of_failures_leaves_every_alert_told_once_it_is_over(
    application: Application, channel: Channel, record_figure: RecordFigure
) -> None:
    services = paced(application, channel, most=3)
    await raised(services, 8)
    alert_ids = await unsettled(services)
    channel.error = Unavailable("the flow answered 503")
    healths = []
    for minute in range(0, 101, 2):
        if minute == 60:
            channel.error = None
        now = NOW + minute * MINUTE
        await settle_all(services, now)
        await send_summaries(services, now)
        healths.append((await services.route_statuses.get("channel")).status.health(now))
    assert sorted(channel.told) == sorted(f"{alert_id}/1" for alert_id in alert_ids)
    assert channel.attempts < 60
    record_figure("R11", "alerts untold once it is back", 8 - len(set(channel.told)))
    record_figure("R11", "alerts told twice", len(channel.told) - len(set(channel.told)))
    assert (healths[7], healths[29], healths[50]) == (RouteHealth.OK, RouteHealth.FAILING, RouteHealth.OK)


async def test_a_flow_that_was_removed_is_asked_slowly_and_shows_as_gone(
    application: Application, channel: Channel
) -> None:
    services = paced(application, channel, most=3)
    await raised(services, 1)
    channel.error = RouteGone("the Teams flow answered 404", timedelta(hours=1))
    for minute in range(0, 180, 12):
        await settle_all(services, NOW + minute * MINUTE)
    assert channel.attempts == 3
    status = (await services.route_statuses.get("channel")).status
    assert status.health(NOW) is RouteHealth.GONE
    channel.error = None
    await settle_all(services, NOW + 200 * MINUTE)
    assert len(channel.told) == 1


async def test_a_plain_route_is_not_paced_and_its_status_is_not_written_for_every_message(
    application: Application,
) -> None:
    receiver = Receiver()
    services = with_route(paced(application, Channel(), most=1), receiver)
    await raised(services, 5)
    await settle_all(services)
    assert len(receiver.received) == 5
    before = await services.route_statuses.get("receiver")
    assert before.status.last_success == NOW
    await raised(services, 1, now=NOW + timedelta(seconds=5))
    await settle_all(services, NOW + timedelta(seconds=5))
    assert await services.route_statuses.get("receiver") == before


@pytest.mark.soak
async def test_whatever_call_a_process_dies_at_every_alert_is_told(start: Start, unique: Callable[[str], str]) -> None:
    log: list[str] = []
    await live(start(unique("r")), Channel(), Death(log=log))
    assert {"pace.take", "held.insert", "held.remove", "route_statuses.put", "route channel.send_summary"} <= set(log)
    for at in sorted({log.index(name) + 1 for name in log if name.startswith(CALLS)}):
        for after in (False, True):
            channel, prefix = Channel(), unique("d")
            died = await live(start(prefix), channel, Death(at=at, after=after))
            recovered = start(prefix)
            assert died is not None
            assert await live(recovered, channel, Death()) is None
            assert len(set(channel.told)) == 4, f"died {died}"
            # A summary that is repeated repeats all three that it tells of.
            assert len(channel.told) - 4 <= 3 * (died in MAY_REPEAT), f"died {died}"
            assert await recovered.services.held.first("channel", 1) == []


async def live(application: Application, channel: Channel, death: Death) -> str | None:
    """Four alerts, of which three have no place, until all is told or the process dies; returns where."""
    services = dying(paced(application, channel, most=1), death)
    try:
        await raise_alerts(services, [finding(event(f"e{n}", of=app(f"app-{n}"))) for n in range(4)], NOW)
        await work(application, services, tick=timedelta(minutes=3))
        # The first may find that the dead still have their turn.
        for minutes in (1, 10):
            await send_summaries(services, NOW + timedelta(hours=1) + minutes * MINUTE)
    except Died as died:
        return str(died)
    return None


def with_routes(services: Services, *channels: Channel) -> Services:
    return replace(services, routes={channel.name: channel for channel in channels})
