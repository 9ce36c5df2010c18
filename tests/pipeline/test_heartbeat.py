"""The daily heartbeat: one a day whatever happens, and what it means that somebody confirms it or nobody does."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest

from shared.bootstrap import Application
from shared.domain.errors import Unavailable
from shared.domain.roles import Caller
from shared.domain.route_status import RouteHealth, RouteStatus
from shared.pipeline.delivery.heartbeat import UnknownHeartbeat, confirm_heartbeat, send_heartbeats
from shared.pipeline.services import Services
from tests.pipeline.conftest import Start
from tests.pipeline.faults import Death, Died, dying
from tests.pipeline.routes import Channel, Receiver, with_route
from tests.pipeline.storms import paced, raised, settle_all
from tests.pipeline.worker import NOW

ADA = Caller(id="ada-id", name="ada@example.com", is_user=True, roles=frozenset())
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def channel() -> Channel:
    return Channel()


@pytest.fixture
def services(application: Application, channel: Channel) -> Services:
    return with_route(application.services, channel)


async def status_of(services: Services) -> RouteStatus:
    return (await services.route_statuses.get("channel")).status


async def days(services: Services, number: int) -> RouteStatus:
    for day in range(number):
        await send_heartbeats(services, NOW + day * DAY)
    return await status_of(services)


async def test_it_goes_out_once_a_day_and_says_how_many_cards_there_were(
    application: Application, channel: Channel
) -> None:
    services = paced(application, channel, most=2)
    await raised(services, 2)
    await settle_all(services)
    for quarter in range(4 * 24 + 1):
        await send_heartbeats(services, NOW + quarter * timedelta(minutes=15))
    assert [(beat.number, beat.cards, beat.since) for beat in channel.heartbeats] == [(1, 2, None), (2, 0, NOW)]
    assert channel.heartbeats[0].next == NOW + DAY


async def test_of_two_hosts_one_sends_it(start: Start, unique: Callable[[str], str], channel: Channel) -> None:
    prefix = unique("beat")
    hosts = [with_route(start(prefix).services, channel) for _ in range(2)]
    await asyncio.gather(*(send_heartbeats(host, NOW) for host in hosts))
    assert len(channel.heartbeats) == 1


async def test_one_that_fails_is_tried_again_with_back_off_under_its_number(
    services: Services, channel: Channel
) -> None:
    channel.error = Unavailable("the flow answered 502")
    for seconds in (0, 5, 14, 16):
        await send_heartbeats(services, NOW + timedelta(seconds=seconds))
    assert channel.attempts == 2
    assert (await status_of(services)).heartbeats == 0
    channel.error = None
    await send_heartbeats(services, NOW + 5 * MINUTE)
    assert [beat.number for beat in channel.heartbeats] == [1]


async def test_a_webhook_has_none(application: Application) -> None:
    receiver = Receiver()
    await send_heartbeats(with_route(application.services, receiver), NOW)
    assert receiver.attempts == 0


async def test_nobody_has_to_confirm_for_three_days_and_then_the_route_is_unconfirmed(services: Services) -> None:
    assert (await days(services, 3)).health(NOW) is RouteHealth.OK
    assert (await days(services, 4)).health(NOW) is RouteHealth.UNCONFIRMED
    confirmed = await confirm_heartbeat(services, "channel", 4, ADA, NOW + 4 * DAY)
    assert confirmed.health(NOW) is RouteHealth.OK
    assert (confirmed.confirmed_by, confirmed.confirmed_date_time) == ("ada@example.com", NOW + 4 * DAY)
    assert await status_of(services) == confirmed


async def test_confirming_an_older_one_or_one_again_changes_nothing(services: Services) -> None:
    await days(services, 3)
    confirmed = await confirm_heartbeat(services, "channel", 2, ADA, NOW + 3 * DAY)
    for number in (1, 2):
        assert await confirm_heartbeat(services, "channel", number, ADA, NOW + 4 * DAY) == confirmed


@pytest.mark.parametrize(("route", "number"), [("channel", 0), ("channel", 3), ("channel", -1), ("webhook", 1)])
async def test_what_was_never_sent_cannot_be_confirmed(services: Services, route: str, number: int) -> None:
    await days(services, 2)
    with pytest.raises(UnknownHeartbeat):
        await confirm_heartbeat(services, route, number, ADA, NOW)
    assert (await status_of(services)).confirmed_heartbeat == 0


async def test_a_card_that_arrives_before_it_is_noted_as_sent_can_be_confirmed(services: Services) -> None:
    log: list[str] = []
    await send_heartbeats(dying(services, Death(log=log)), NOW)
    sending = log.index("route channel.send_heartbeat") + 1
    with pytest.raises(Died):
        await send_heartbeats(dying(services, Death(at=sending, after=True)), NOW + DAY)
    assert (await confirm_heartbeat(services, "channel", 2, ADA, NOW + DAY)).confirmed_heartbeat == 2


async def test_whatever_call_a_process_dies_at_the_heartbeat_goes_out(
    start: Start, unique: Callable[[str], str]
) -> None:
    log: list[str] = []
    await send_heartbeats(dying(with_route(start(unique("r")).services, Channel()), Death(log=log)), NOW)
    for at in range(1, len(log) + 1):
        for after in (False, True):
            channel = Channel()
            services = with_route(start(unique("d")).services, channel)
            with pytest.raises(Died):
                await send_heartbeats(dying(services, Death(at=at, after=after)), NOW)
            await send_heartbeats(services, NOW + 15 * MINUTE)
            assert {beat.number for beat in channel.heartbeats} == {1}
            assert (await status_of(services)).heartbeats == 1
