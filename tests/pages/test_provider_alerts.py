"""The page and the resource of an alert that stands for one of Microsoft Defender."""

import asyncio
from datetime import UTC, datetime

import pytest

from functions.models.alerts import alert_resource
from shared.domain.activities import Activity
from shared.domain.alert_series import Series
from shared.domain.alerts import Alert, alert_id_of
from shared.domain.events import Event, ForeignAlert, Source
from shared.domain.foreign_alerts import next_foreign_change, series_of
from shared.pipeline.detection.foreign_alerts import take_in_foreign_alerts
from tests.domain.findings import START, app
from tests.pages.browser import Browser
from tests.pages.conftest import Build

PORTAL = "https://security.microsoft.com/alerts/da_1?tid=1"


def event(identifier: str, url: str) -> Event:
    foreign = ForeignAlert(
        id=identifier, title="Odd <b>app</b>", status="new", techniques=("T1114<i>",), web_url=url, updated=START
    )
    return Event(
        id=f"{identifier}@1",
        source=Source.DEFENDER_ALERTS,
        activity=Activity.DEFENDER_ALERT,
        operation="alert",
        time=START,
        app=app("app-of-defender"),
        foreign_alert=foreign,
    )


def take_in(built: Build, identifier: str, url: str) -> str:
    """The id of our alert."""

    async def take() -> None:
        application = built()
        await take_in_foreign_alerts(application.services, [event(identifier, url)], datetime.now(UTC), None)
        await application.close()

    asyncio.run(take())
    return alert_id_of(series_of(ForeignAlert(id=identifier)), 1)


def test_the_page_leads_to_the_portal_and_makes_their_text_harmless(browser: Browser, built: Build) -> None:
    page = browser.get(f"/alerts/{take_in(built, 'da<1>', PORTAL)}")
    assert PORTAL in [link.attributes["href"] for link in page.root.all("a")]
    assert "da<1>" in page.text
    assert "Odd <b>app</b>" in page.text
    assert "ATT&CK T1114<i>" in page.text
    assert page.root.all("i") == []


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "https://security.microsoft.com.contoso.example/", "http://security.microsoft.com/"]
)
def test_an_address_that_is_not_the_portals_is_no_link(browser: Browser, built: Build, url: str) -> None:
    page = browser.get(f"/alerts/{take_in(built, f'id of {url}', url)}")
    assert f"id of {url}" in page.text
    assert not any(url in (link.attributes["href"] or "") for link in page.root.all("a"))


def test_the_resource_names_their_alert_and_has_their_techniques() -> None:
    change = next_foreign_change(Series(), event("da1", PORTAL), _related(), lambda _: [], START)
    assert change is not None
    shown = alert_resource(change.alert, "etag", None)
    assert (shown.provider_alert_id, shown.provider_alert_url) == ("da1", PORTAL)
    assert (shown.related_alert_id, shown.mitre_techniques) == (_related().id, ["T1114<i>"])


def _related() -> Alert:
    change = next_foreign_change(Series(), event("another", PORTAL), None, lambda _: [], START)
    assert change is not None
    return change.alert
