"""The page for hunting in the archive of events."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from msgspec.structs import replace

from shared.domain.events import Client, Event, Target
from tests.domain.findings import app, event
from tests.pages import test_page_markup as markup
from tests.pages.apps import make_app
from tests.pages.browser import Browser
from tests.pages.conftest import Build, Know
from tests.pages.stored import store
from tests.pages.test_page_safety import HOSTILE
from tests.pipeline.activity.archived import archive

NOW = datetime.now(UTC).replace(microsecond=0)


def happened(number: int, app_id: str, minutes: int = 1) -> Event:
    made = event(f"{app_id}-{number}", 0, f"actor-{number:02}", of=app(app_id, "Hunted"))
    return replace(made, time=NOW - timedelta(minutes=minutes), client=Client(ip_address="198.51.100.9"))


def keep(built: Build, events: Sequence[Event]) -> None:
    store(built, lambda services: archive(services, "directoryAudits", events, NOW))


def test_the_events_of_an_app_stand_newest_first_and_its_page_leads_to_them(
    browser: Browser, known: Know, built: Build
) -> None:
    hunted = known(make_app("Hunted"))
    keep(built, [happened(number, hunted.app_id, number + 1) for number in range(3)])
    address = f"/events?appId={hunted.app_id}"
    assert address in [link.attributes["href"] for link in browser.get(f"/apps/{hunted.app_id}").root.all("a")]
    page = browser.get(address)
    shown = [page.text.index(f"actor-{number:02}") for number in range(3)]
    assert shown == sorted(shown)
    assert "198.51.100.9" in page.text
    assert "raw/directoryAudits/" in page.text
    assert page.root.one("nav").one("a", href="/events").attributes["aria-current"] == "page"


def test_the_form_takes_times_of_utc_and_keeps_what_was_asked(browser: Browser, built: Build) -> None:
    app_id = str(uuid4())
    keep(built, [happened(1, app_id, 90), happened(2, app_id, 30)])
    start = f"{NOW - timedelta(minutes=60):%Y-%m-%dT%H:%M:%S}"
    page = browser.get("/events", appId=app_id, actor="", text="", to="", **{"from": start})
    assert ("actor-02" in page.text, "actor-01" in page.text) == (True, False)
    assert page.root.one("input", name="from").attributes["value"] == start
    assert page.root.one("input", name="appId").attributes["value"] == app_id


def test_pages_hold_everything_once(browser: Browser, built: Build) -> None:
    app_id = str(uuid4())
    keep(built, [happened(number, app_id, number) for number in range(1, 8)])
    path, seen = f"/events?appId={app_id}&top=3", []
    for _ in range(6):
        page = browser.get(path)
        seen += [number for number in range(1, 8) if f"actor-{number:02}" in page.text]
        following = [link for link in page.root.all("a") if link.attributes.get("rel") == "next"]
        if not following:
            break
        path = f"/events{following[0].attributes['href']}"
    assert following == []
    assert seen == [*range(1, 8)]


def test_where_nothing_matches_the_page_says_so(browser: Browser) -> None:
    assert "No event matches." in browser.get("/events", appId=str(uuid4())).text


def test_a_range_that_is_too_long_is_refused_by_name(browser: Browser) -> None:
    page = browser.get("/events", **{"from": "2026-01-01T00:00", "to": "2026-03-01T00:00"})
    assert (page.status, "must lie at most 30 days before to" in page.text) == (400, True)


def test_what_attackers_wrote_is_text(browser: Browser, built: Build) -> None:
    app_id = str(uuid4())
    hostile = [
        replace(
            happened(number, app_id),
            app=app(app_id, text),
            operation=text,
            target=Target(name=text),
            client=Client(ip_address=text, user_agent=text),
        )
        for number, text in enumerate(HOSTILE)
    ]
    keep(built, hostile)
    page = browser.get("/events", appId=app_id)
    assert page.status == 200
    assert len([one for one in page.root.all("details") if "Record as it came" in one.text]) == len(HOSTILE)
    for element in page.root.every():
        assert element.name not in {"style", "img", "iframe", "object", "embed", "base"}
        assert not [name for name in element.attributes if name.startswith("on") or name == "style"]
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b-\u200f\u2028\u2029\x00]", page.html)


def test_the_page_keeps_to_the_rules_of_markup(browser: Browser, built: Build) -> None:
    app_id = str(uuid4())
    keep(built, [happened(1, app_id), replace(happened(2, app_id), time=None)])
    roots = {"events": browser.get("/events", appId=app_id).root}
    markup.test_every_page_has_its_language_title_heading_and_a_way_past_the_menu(roots)
    markup.test_headings_go_down_one_level_at_a_time(roots)
    markup.test_ids_are_unique_and_references_lead_somewhere(roots)
    markup.test_every_control_has_a_label(roots)
    markup.test_every_table_names_its_columns_and_rows(roots)


def test_a_hostile_filter_is_text_in_the_form(browser: Browser) -> None:
    for text in HOSTILE[:6]:
        page = browser.get("/events", actor=text)
        assert page.status == 200
        assert page.root.one("input", name="actor").attributes["value"] == text
