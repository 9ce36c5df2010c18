"""Trying policies on the past by the pages, and what alerts suggest."""

import asyncio
import time
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from functions.pages.simulation_view import HEIGHT, WIDTH, bars
from shared.domain.app_references import AppReference, Resolution
from shared.domain.simulations import DayCount, Simulation, SimulationState
from tests.domain.findings import event, finding
from tests.pages.apps import make_app
from tests.pages.browser import Browser, Page
from tests.pages.conftest import Build, Know, Raise
from tests.pages.policies import fresh_id, write

FIRST = date(2026, 1, 1)
PATIENCE_SECONDS = 60
TEXT = """id: {id}
title: Named so
kind: app
state: inactive
actions:
  - do: disableApp
when:
  app.displayName: {{eq: {name}}}
"""


def ready(browser: Browser, path: str) -> Page:
    """The page once the host has run the simulation."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        page = browser.get(path, refresh="false")
        if "How to read this" in page.text:
            return page
        time.sleep(0.2)
    raise AssertionError("the simulation did not run in time")


def refreshes(page: Page) -> list[str]:
    return [meta.attributes["content"] for meta in page.root.all("meta") if "http-equiv" in meta.attributes]


def test_a_policy_is_tried_on_the_past_and_nothing_is_done(browser: Browser, known: Know) -> None:
    name = f"Tried {fresh_id()}"
    app = known(make_app(name))
    policy_id = fresh_id()
    assert write(browser, TEXT.format(id=policy_id, name=name)).status == 303
    path = f"/policies/{policy_id}"
    begun = browser.submit(browser.get(path), path, days="3")
    page = ready(browser, begun.header("location") or "")
    assert page.root.one("h1").text == "Named so: the last 3 days"
    assert "1 alert would have been raised, on 1 app" in page.text
    assert len(page.root.one("svg", **{"class": "bars"}).all("rect")) == 1
    assert f"app.displayName eq {name} holds, saw {name}" in page.text
    assert f"disables the app {name}" in page.text
    assert "Lists and exemptions are those of today" in page.text
    assert page.root.one("a", href=path, **{"class": "button"}).text == "Back to the policy"
    assert refreshes(page) == []
    assert f"/apps/{app.app_id}" in [link.attributes["href"] for link in page.root.all("a")]
    assert "It has raised none yet" in browser.get(path).text


def test_a_simulation_under_way_shows_how_far_it_is_and_loads_itself_again(browser: Browser, built: Build) -> None:
    now = datetime.now(UTC)
    stored = Simulation(
        id="11111111-0000-4000-8000-000000000001",
        policy={"id": "draft", "kind": "app", "when": {"app.risk": {"gt": 1}}},
        days=30,
        requested_by="somebody",
        created=now,
        expires=now + timedelta(days=1),
        state=SimulationState.RUNNING,
        progress=40,
        done="12 of 30 days",
        not_before=now + timedelta(hours=1),
    )

    async def store() -> None:
        application = built()
        await application.services.simulations.add(stored)
        await application.close()

    asyncio.run(store())
    page = browser.get(f"/simulations/{stored.id}")
    assert "Under way: 12 of 30 days" in page.text
    assert page.root.one("progress").attributes["value"] == "40"
    assert refreshes(page) == ["3"]
    assert refreshes(browser.get(f"/simulations/{stored.id}", refresh="false")) == []
    assert browser.get("/simulations/22222222-0000-4000-8000-000000000001").status == 404


def test_an_alert_suggests_drafts_that_can_be_saved_inactive(browser: Browser, known: Know, raise_alert: Raise) -> None:
    app = known(make_app("Shown by an alert"))
    of = AppReference(app_id=app.app_id, display_name="Shown by an alert", resolution=Resolution.RESOLVED)
    address = f"/alerts/{raise_alert(finding(event('suggests', of=of), policy='credential-added'))}"
    asked = browser.submit(browser.get(address), f"{address}/suggestions")
    page = browser.follow(asked)
    links = [link.attributes["href"] for link in page.root.all("a")]
    trials = [link for link in links if link.startswith("/simulations/")]
    assert trials
    again = [link.attributes["href"] for link in browser.get(f"{address}/suggestions").root.all("a")]
    assert [link for link in again if link.startswith("/simulations/")] == trials
    forms = [form for form in page.root.all("form") if form.attributes["action"] == "/new-policy"]
    assert len(forms) >= len(trials)
    fields = {field.attributes["name"]: field.attributes["value"] for field in forms[0].all("input")}
    saved = browser.follow(browser.post("/new-policy", fields))
    assert "Saved." in saved.text
    assert "Now not judged" in saved.text
    draft = ready(browser, trials[0])
    assert "a draft, saved nowhere" in draft.text
    assert draft.root.one("form", action="/new-policy").text == "Save as policy (inactive)"


@given(counts=st.lists(st.integers(0, 10**6), min_size=1, max_size=90))
def test_bars_stay_in_their_picture_and_show_every_day_that_has_alerts(counts: list[int]) -> None:
    days = [DayCount(day=FIRST + timedelta(days=n), alerts=count, matches=count) for n, count in enumerate(counts)]
    drawn = bars(FIRST, len(counts), days)
    assert [bar.alerts for bar in drawn] == counts
    for bar in drawn:
        assert (bar.height > 0) is (bar.alerts > 0)
        assert bar.y >= 0
        assert bar.y + bar.height <= HEIGHT + 0.1
        assert 0 <= bar.x <= bar.x + bar.width <= WIDTH + 0.1
    assert max(bar.height for bar in drawn) in {0, HEIGHT}
