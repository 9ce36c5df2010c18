"""The Teams channel, against a stand-in for its flow on this machine."""

import logging
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from local.teams.receiver import Fault, TeamsReceiver
from shared.domain.errors import Unavailable
from shared.domain.route_status import Heartbeat, RouteGone
from shared.domain.severities import Severity
from shared.domain.summaries import held_of, summary_of
from shared.outputs.posting import GuardedPost
from shared.outputs.teams import TeamsRoute
from tests.outputs.alerts import NOW, alert, delivery

DASHBOARD = "https://consentry.example/"
LOOPBACK = frozenset({"127.0.0.1"})
STEPS = {"credential-added": ("Ask the owner.",)}


def teams(url: str, lowest: Severity = Severity.LOW, highest: Severity = Severity.HIGH) -> TeamsRoute:
    return TeamsRoute(
        name="teams",
        url=url,
        allowed_hosts=LOOPBACK,
        severities=(lowest, highest),
        dashboard_url=DASHBOARD,
        steps_of=lambda policy: STEPS.get(policy, ()),
    )


@pytest.fixture
async def receiver() -> AsyncIterator[TeamsReceiver]:
    async with TeamsReceiver() as receiver:
        yield receiver


@pytest.fixture
async def route(receiver: TeamsReceiver) -> AsyncIterator[TeamsRoute]:
    route = teams(receiver.url)
    yield route
    await route.close()


async def test_alerts_summaries_and_heartbeats_arrive_as_cards(receiver: TeamsReceiver, route: TeamsRoute) -> None:
    await route.send(alert(), delivery())
    await route.send_summary(summary_of([held_of(alert(), delivery())], more=False))
    await route.send_heartbeat(Heartbeat(route="teams", number=1, cards=2, since=None, next=NOW))
    assert [card["body"][0]["text"] for card in receiver.cards] == [
        "High: Credential added",
        "1 alert at once",
        "Consentry heartbeat no. 1",
    ]
    assert receiver.cards[0]["actions"][0]["url"] == f"https://consentry.example/alerts/{alert().id}"
    assert any(element.get("text") == "1. Ask the owner." for element in receiver.cards[0]["body"])


@pytest.mark.parametrize("fault", [Fault.REMOVED, Fault.GONE, Fault.UNAUTHORISED])
async def test_a_flow_that_is_gone_is_asked_again_slowly(
    receiver: TeamsReceiver, route: TeamsRoute, fault: Fault
) -> None:
    receiver.fault = fault
    with pytest.raises(RouteGone) as refused:
        await route.send(alert(), delivery())
    assert refused.value.retry_after == timedelta(hours=1)


@pytest.mark.parametrize(("fault", "seconds"), [(Fault.BUSY, 30), (Fault.BROKEN, None), (Fault.ERROR_TEXT, None)])
async def test_a_flow_that_is_down_or_busy_is_no_flow_that_is_gone(
    receiver: TeamsReceiver, route: TeamsRoute, fault: Fault, seconds: float | None
) -> None:
    receiver.fault = fault
    with pytest.raises(Unavailable) as refused:
        await route.send(alert(), delivery())
    assert not isinstance(refused.value, RouteGone)
    asked = refused.value.retry_after
    assert (asked.total_seconds() if asked else None) == seconds
    assert receiver.cards == []


async def test_a_flow_that_never_answers_is_unavailable(receiver: TeamsReceiver) -> None:
    receiver.fault = Fault.HANGING
    post = GuardedPost("the Teams flow", receiver.url, LOOPBACK, timeout_seconds=0.2)
    with pytest.raises(Unavailable, match="TimeoutError"):
        await post.post(b"{}")
    await post.close()


async def test_a_receiver_that_speaks_no_tls_is_unavailable(receiver: TeamsReceiver) -> None:
    route = teams(receiver.url.replace("http://", "https://"))
    with pytest.raises(Unavailable, match="could not be reached"):
        await route.send(alert(), delivery())
    await route.close()


@pytest.mark.parametrize(
    ("lowest", "highest", "wanted"),
    [
        (Severity.LOW, Severity.HIGH, [False, True, True, True]),
        (Severity.MEDIUM, Severity.MEDIUM, [False, False, True, False]),
        (Severity.HIGH, Severity.HIGH, [False, False, False, True]),
    ],
)
def test_a_channel_wants_its_severities_only(lowest: Severity, highest: Severity, wanted: list[bool]) -> None:
    route = teams("https://flow.example", lowest, highest)
    assert [route.wants(alert(severity)) for severity in Severity] == wanted


async def test_the_signature_shows_in_no_error_and_no_log(
    receiver: TeamsReceiver, route: TeamsRoute, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    said: list[str] = []
    unreachable = teams("http://127.0.0.1:1/workflows/x?sig=made-up-signature")
    elsewhere = teams("https://evil.example/workflows/x?sig=made-up-signature")
    for fault in (fault for fault in Fault if fault is not Fault.HANGING):
        receiver.fault = fault
        for one in (route, unreachable, elsewhere):
            try:
                await one.send(alert(), delivery())
            except Unavailable as error:
                said.append(f"{error} {error!r} {error.__cause__!r}")
    await unreachable.close()
    await elsewhere.close()
    assert len(said) == 3 * 7 - 1
    assert "made-up-signature" not in "".join(said) + caplog.text
