"""The stand-in for a Teams channel does what a flow does, and shows what arrived."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession

from local.teams.markdown import to_html
from local.teams.page import card_html
from local.teams.receiver import Fault, TeamsReceiver


@pytest.fixture
async def receiver() -> AsyncIterator[TeamsReceiver]:
    async with TeamsReceiver() as receiver:
        yield receiver


@pytest.fixture
async def client() -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session


def message(text: str, **card: Any) -> dict[str, Any]:
    content = {"type": "AdaptiveCard", "version": "1.4", "body": [{"type": "TextBlock", "text": text}], **card}
    return {"type": "message", "attachments": [{"content": content}]}


async def test_a_card_is_taken_with_202_and_nothing_else_and_is_shown(
    receiver: TeamsReceiver, client: ClientSession
) -> None:
    actions = [{"type": "Action.OpenUrl", "title": "Open", "url": "https://consentry.example/alerts/1"}]
    facts = {"type": "FactSet", "facts": [{"title": "App", "value": "<b>Mailer</b>"}]}
    posted = message("one", body=[{"type": "TextBlock", "text": "**one**", "size": "Large"}, facts], actions=actions)
    async with client.post(receiver.url, json=posted) as answer:
        assert (answer.status, await answer.read()) == (202, b"")
    await client.post(receiver.url, json=message("two"))
    async with client.get(receiver.address) as answer:
        page = await answer.text()
    assert page.index("two") < page.index('<p class="Large"><strong>one</strong></p>')
    assert "<th>App</th><td>&lt;b&gt;Mailer&lt;/b&gt;</td>" in page
    assert '<a href="https://consentry.example/alerts/1" rel="noreferrer">Open</a>' in page


@pytest.mark.parametrize(
    "body", ["no json", "[]", '{"attachments": [{"content": 1}]}', json.dumps(message("x" * 29_000))]
)
async def test_what_is_too_large_or_no_card_is_dropped_without_a_word(
    receiver: TeamsReceiver, client: ClientSession, body: str
) -> None:
    async with client.post(receiver.url, data=body) as answer:
        assert answer.status == 202
    assert (receiver.cards, receiver.dropped) == ([], 1)


@pytest.mark.parametrize(
    ("fault", "status"),
    [("busy", 429), ("broken", 502), ("removed", 404), ("gone", 410), ("unauthorised", 401), ("error-text", 200)],
)
async def test_faults_are_switched_on_and_off_over_http(
    receiver: TeamsReceiver, client: ClientSession, fault: str, status: int
) -> None:
    async with client.post(f"{receiver.address}/faults/{fault}") as answer:
        assert answer.status == 204
    async with client.post(receiver.url, json=message("one")) as answer:
        assert answer.status == status
    await client.post(f"{receiver.address}/faults/none")
    await client.post(receiver.url, json=message("two"))
    assert [card["body"][0]["text"] for card in receiver.cards] == ["two"]


async def test_an_unknown_fault_is_refused(receiver: TeamsReceiver, client: ClientSession) -> None:
    async with client.post(f"{receiver.address}/faults/other") as answer:
        assert answer.status == 404
    assert receiver.fault is Fault.NONE


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("**b** and _i_", "<strong>b</strong> and <em>i</em>"),
        ("[x](https://evil.com)", '<a href="https://evil.com">x</a>'),
        ("see www.evil.com", 'see <a href="www.evil.com">www.evil.com</a>'),
        ("<at>Ada</at>", "<mark>@Ada</mark>"),
        ("- item", '<span class="item">•</span> item'),
        (r"\*\*b\*\* \[x\]\(y\)", "**b** [x](y)"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        (r"\<script\>", "&lt;script&gt;"),
    ],
)
def test_markdown_is_read_and_html_is_not(text: str, shown: str) -> None:
    assert to_html(text) == shown


def test_an_action_that_opens_no_web_page_is_not_taken() -> None:
    card = message("x", actions=[{"type": "Action.OpenUrl", "title": "Open", "url": "javascript:alert(1)"}])
    assert "javascript" not in card_html(card["attachments"][0]["content"])
