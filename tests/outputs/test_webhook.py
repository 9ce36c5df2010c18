"""The webhook, against a real receiver on this machine."""

from collections.abc import AsyncIterator
from typing import cast

import pytest
from aiohttp import web

from shared.domain.errors import Unavailable
from shared.domain.severities import Severity
from shared.outputs.webhook import Webhook, render, signature_of
from tests.conftest import RecordFigure
from tests.outputs.alerts import alert, delivery

DELIVERY = delivery(route="webhook")


class Receiver:
    def __init__(self) -> None:
        self.status = 202
        self.headers: dict[str, str] = {}
        self.bodies: list[bytes] = []
        self.signatures: list[str | None] = []
        self.cookies: list[str | None] = []
        self.address = ""

    async def handle(self, request: web.Request) -> web.Response:
        self.bodies.append(await request.read())
        self.signatures.append(request.headers.get("X-Consentry-Signature"))
        self.cookies.append(request.headers.get("Cookie"))
        return web.Response(status=self.status, headers=self.headers)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    application = web.Application()
    application.router.add_post("/{path:.*}", receiver.handle)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = cast(tuple[str, int], runner.addresses[0])[1]
    receiver.address = f"http://127.0.0.1:{port}/hook?sig=secret-signature"
    yield receiver
    await runner.cleanup()


@pytest.fixture
async def webhook(receiver: Receiver) -> AsyncIterator[Webhook]:
    webhook = Webhook(receiver.address, "a secret of some length", frozenset({"127.0.0.1"}), Severity.MEDIUM)
    yield webhook
    await webhook.close()


@pytest.fixture
async def by_name(receiver: Receiver) -> AsyncIterator[Webhook]:
    """By a name, since clients keep no cookies of bare addresses; without a secret."""
    address = receiver.address.replace("127.0.0.1", "localhost")
    webhook = Webhook(address, None, frozenset({"localhost"}), Severity.LOW)
    yield webhook
    await webhook.close()


async def test_an_alert_arrives_signed(receiver: Receiver, webhook: Webhook) -> None:
    await webhook.send(alert(), DELIVERY)
    assert receiver.bodies == [render(alert(), DELIVERY)]
    assert receiver.signatures == [signature_of(receiver.bodies[0], "a secret of some length")]


@pytest.mark.parametrize("status", [302, 400, 404, 429, 500, 503])
async def test_any_other_answer_is_to_be_tried_again(
    receiver: Receiver, webhook: Webhook, status: int, record_figure: RecordFigure
) -> None:
    receiver.status, receiver.headers = status, {"Location": "http://127.0.0.1:1/", "Retry-After": "40"}
    with pytest.raises(Unavailable) as refused:
        await webhook.send(alert(), DELIVERY)
    assert len(receiver.bodies) == 1
    record_figure("S5", "requests after a refusal", len(receiver.bodies) - 1)
    assert refused.value.retry_after is not None
    assert refused.value.retry_after.total_seconds() == 40
    record_figure("R11", "kinds of refusal after which it is tried again", 1)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("1000000000", 3600), ("9" * 5000, 3600), ("-5", None), ("1.5", None), ("Wed, 21 Oct 2026 07:28:00 GMT", None)],
)
async def test_a_wait_that_is_asked_for_is_capped_and_anything_but_seconds_is_ignored(
    receiver: Receiver, webhook: Webhook, value: str, seconds: float | None
) -> None:
    receiver.status, receiver.headers = 429, {"Retry-After": value}
    with pytest.raises(Unavailable) as refused:
        await webhook.send(alert(), DELIVERY)
    asked = refused.value.retry_after
    assert (asked.total_seconds() if asked else None) == seconds


@pytest.mark.parametrize("coding", ["gzip", "br"])
async def test_an_answer_that_cannot_be_unpacked_is_still_an_answer(
    receiver: Receiver, webhook: Webhook, coding: str
) -> None:
    receiver.headers = {"Content-Encoding": coding}
    await webhook.send(alert(), DELIVERY)
    assert len(receiver.bodies) == 1


async def test_cookies_are_not_kept(receiver: Receiver, by_name: Webhook) -> None:
    receiver.headers = {"Set-Cookie": "affinity=1"}
    await by_name.send(alert(), DELIVERY)
    await by_name.send(alert(), DELIVERY)
    assert receiver.cookies == [None, None]


async def test_an_unreachable_receiver_is_told_without_its_address(receiver: Receiver) -> None:
    webhook = Webhook("http://127.0.0.1:1/hook?sig=secret-signature", None, frozenset({"127.0.0.1"}), Severity.LOW)
    with pytest.raises(Unavailable) as refused:
        await webhook.send(alert(), DELIVERY)
    await webhook.close()
    assert "secret-signature" not in str(refused.value)
    assert receiver.bodies == []


async def test_only_severe_enough_alerts_are_wanted(webhook: Webhook) -> None:
    assert [webhook.wants(alert(severity)) for severity in Severity] == [False, False, True, True]
