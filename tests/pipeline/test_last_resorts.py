"""What no card could tell is told by a later summary, and if need be in another channel."""

from datetime import timedelta

from shared.bootstrap import Application
from shared.domain.alerts import DeliveryState
from shared.domain.errors import Unavailable
from shared.pipeline.delivery.summaries import send_summaries
from tests.pipeline.routes import Channel, Receiver, with_route
from tests.pipeline.storms import paced, raised, settle_all, states, unsettled
from tests.pipeline.worker import NOW

MINUTE = timedelta(minutes=1)


async def test_a_channel_that_was_dead_for_longer_than_any_try_lasts_is_told_once_it_is_back(
    application: Application,
) -> None:
    channel = Channel()
    services = paced(application, channel, most=3)
    await raised(services, 2)
    alert_ids = await unsettled(services)
    channel.error = Unavailable("the flow answered 503")
    for hour in range(32):
        await settle_all(services, NOW + timedelta(hours=hour))
    assert await states(services, alert_ids) == [DeliveryState.HELD] * 2
    assert await unsettled(services) == []
    channel.error = None
    await send_summaries(services, NOW + timedelta(hours=40))
    assert sorted(channel.told) == sorted(f"{alert_id}/1" for alert_id in alert_ids)


async def test_what_waits_for_a_channel_that_is_no_longer_configured_is_told_by_another(
    application: Application,
) -> None:
    channel = Channel()
    channel.name = "old"
    services = paced(application, channel, most=1)
    await raised(services, 3)
    await settle_all(services)
    plain = with_route(services, Receiver())
    await send_summaries(plain, NOW + MINUTE)
    assert len(await services.held.first("old", 9)) == 2
    new = Channel()
    successor = with_route(services, new)
    await send_summaries(successor, NOW + 2 * MINUTE)
    await send_summaries(successor, NOW + 6 * MINUTE)
    assert len(set(channel.told + new.told)) == 3
    assert [summary.total for summary in new.summaries] == [2]
    assert await services.held.routes() == ()
    assert (await services.route_statuses.get("channel")).status.cards == 1
