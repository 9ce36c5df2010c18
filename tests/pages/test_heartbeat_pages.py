"""Where the daily card leads: whoever saw it arrive says so."""

from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import quote

import pytest

from functions.http_post_heartbeat import confirm
from functions.models.shapes import NoParameters
from functions.pages.answers import SeeOther
from functions.pages.forms import NoForm
from functions.pages.visits import Visit
from shared.domain.roles import Caller
from shared.pipeline.delivery.heartbeat import send_heartbeats
from tests.pages.browser import Browser
from tests.pages.conftest import Build
from tests.pages.documents import fields_of
from tests.pipeline.routes import Channel

NOW = datetime.now(UTC)
ADA = Caller(id="ada", name="ada@contoso.example", is_user=True, roles=frozenset())


async def test_a_confirmed_card_is_noted_with_who_saw_it(built: Build) -> None:
    application = built()
    channel = Channel()
    services = replace(application.services, routes={channel.name: channel})
    await send_heartbeats(services, NOW)
    path = {"route": channel.name, "number": "1"}
    visit = Visit(caller=ADA, parameters=NoParameters(), form=NoForm(), path=path, query=(), now=NOW)
    assert await confirm(visit, services) == SeeOther(f"/heartbeats/{channel.name}/1?confirmed=true")
    status = (await services.route_statuses.get(channel.name)).status
    assert (status.confirmed_heartbeat, status.confirmed_by) == (1, ADA.name)
    await application.close()


def test_the_page_asks_for_one_press_and_thanks_for_it(browser: Browser) -> None:
    page = browser.get("/heartbeats/teams/7")
    assert page.root.one("h1").text == "Heartbeat no. 7 of teams"
    assert [button.text for button in page.root.all("button")] == ["The card arrived"]
    thanked = browser.get("/heartbeats/teams/7", confirmed="true")
    assert "it is noted that cards arrive there" in thanked.text
    assert thanked.root.all("form") == []


@pytest.mark.parametrize("path", ["/heartbeats/nowhere/1", "/heartbeats/teams/0", "/heartbeats/teams/8"])
def test_a_card_that_was_never_sent_has_no_page_and_cannot_be_confirmed(browser: Browser, path: str) -> None:
    fields = fields_of(browser.get("/heartbeats/teams/7").root.one("form", method="post", action="/heartbeats/teams/7"))
    for answer in (browser.get(path), browser.post(path, fields)):
        assert (answer.status, "No card of this number was sent there." in answer.text) == (404, True)


@pytest.mark.parametrize("number", ["x", "-1", "1.5", "٣", "9" * 10])
def test_what_is_no_number_is_not_there(browser: Browser, number: str) -> None:
    assert browser.get(f"/heartbeats/teams/{quote(number)}").status == 404


def test_a_reader_is_told_which_right_confirming_takes(browser: Browser) -> None:
    page = Browser(browser.address, "security-reader").get("/heartbeats/teams/1")
    assert "Confirming takes the right Update alerts" in page.text
    assert page.root.all("form") == []
