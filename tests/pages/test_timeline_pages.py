"""The page of the life of an app."""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from uuid import uuid4

import pytest

from functions.pages.app_timeline_view import by_day
from shared.domain.app_references import AppReference, Resolution
from shared.domain.timeline import TimelineEntry, TimelineKind
from tests.domain.findings import event, finding
from tests.pages import test_page_markup as markup
from tests.pages.apps import make_app
from tests.pages.browser import Browser, Page
from tests.pages.conftest import Build, Know, Raise
from tests.pages.stored import store
from tests.pages.test_page_safety import HOSTILE

NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)


def entry(app_id: str, number: int, sentence: str = "", hours: int = 0, **facts: tuple[str, ...]) -> TimelineEntry:
    return TimelineEntry(
        app_id=app_id,
        time=NOON - timedelta(hours=hours),
        id=f"entry-{number}",
        kind=TimelineKind.CHANGE,
        what="permissions",
        sentence=sentence or f"Change number {number:02}",
        added=facts.get("added", ()),
        removed=facts.get("removed", ()),
    )


def told(page: Page) -> list[str]:
    return [number for item in page.root.all("li") for number in re.findall(r"Change number (\d\d)", item.text)]


def test_what_happened_stands_under_its_day_newest_first(browser: Browser, known: Know, built: Build) -> None:
    app = known(make_app("Day by day"))
    entries = [entry(app.app_id, number, hours=8 * number) for number in range(5)]
    store(built, lambda services: services.timelines.add(entries))
    page = browser.get(f"/app-timeline/{app.app_id}")
    assert [heading.text for heading in page.root.all("h2")] == ["5 March 2026", "4 March 2026"]
    assert [len(section.all("li")) for section in page.root.all("section")] == [2, 3]
    assert told(page) == ["00", "01", "02", "03", "04"]
    assert page.root.all("time")[0].text.startswith("5 Mar 2026, 12:00:00 UTC")


def test_what_came_and_went_is_named_and_a_flood_of_it_counted(browser: Browser, known: Know, built: Build) -> None:
    app = known(make_app("Parted"))
    many = tuple(f"Part{number:02}" for number in range(50))
    store(built, lambda services: services.timelines.add([entry(app.app_id, 1, added=many, removed=("Mail.Read",))]))
    items = [item.text for item in browser.get(f"/app-timeline/{app.app_id}").root.all("ul")[-1].all("li")]
    assert items[0].startswith("Added: Part00, Part01")
    assert items[0].endswith("Part19 and 30 more")
    assert items[1] == "Removed: Mail.Read"


def test_alerts_and_remediations_stand_among_the_rest_and_lead_to_their_pages(
    browser: Browser, known: Know, raise_alert: Raise
) -> None:
    app = known(make_app("Followed"))
    reference = AppReference(app_id=app.app_id, display_name="Followed", resolution=Resolution.RESOLVED)
    alert = raise_alert(finding(event("followed", of=reference)))
    confirm = f"/apps/{app.app_id}/disable"
    asked = browser.submit(browser.get(confirm), confirm, reason="Seen on its timeline").header("location") or ""
    page = browser.get(f"/app-timeline/{app.app_id}")
    links = {link.attributes["href"]: link.text for link in page.root.one("main").all("a")}
    assert links[f"/alerts/{alert}"] == "Alert of high severity: Credential added to Followed"
    assert "Seen on its timeline" in links[asked.partition("?")[0]]
    assert {mark.text for mark in page.root.all("span") if mark.attributes.get("class") == "mark"} == {
        "alert",
        "remediation",
    }


def test_pages_hold_everything_once(browser: Browser, known: Know, built: Build) -> None:
    app = known(make_app("Long lived"))
    entries = [entry(app.app_id, number, hours=number) for number in range(23)]
    store(built, lambda services: services.timelines.add(entries))
    path, seen = f"/app-timeline/{app.app_id}?top=5", []
    for _ in range(20):
        page = browser.get(path)
        seen += told(page)
        following = [link for link in page.root.all("a") if link.attributes.get("rel") == "next"]
        if not following:
            break
        path = f"/app-timeline/{app.app_id}{following[0].attributes['href']}"
    assert following == []
    assert seen == [f"{number:02}" for number in range(23)]
    assert "First page" in page.text


def test_an_app_of_which_nothing_is_recorded_says_so(browser: Browser, known: Know) -> None:
    app = known(make_app("Quiet life"))
    assert "Nothing is recorded of it." in browser.get(f"/app-timeline/{app.app_id}").text
    assert browser.get(f"/app-timeline/{app.service_principal_id}").root.one("h1").text.endswith("Quiet life")
    assert browser.get(f"/app-timeline/{uuid4()}").status == 404


def test_a_cursor_of_another_app_is_refused_by_name(browser: Browser, known: Know, built: Build) -> None:
    mine, other = known(make_app("Mine")), known(make_app("Other"))
    store(built, lambda services: services.timelines.add([entry(mine.app_id, number) for number in range(4)]))
    page = browser.get(f"/app-timeline/{mine.app_id}", top="1")
    following = page.root.one("a", rel="next").attributes["href"]
    refused = browser.get(f"/app-timeline/{other.app_id}{following}")
    assert (refused.status, "cursor" in refused.text) == (400, True)
    assert browser.get(f"/app-timeline/{mine.app_id}", cursor="made-up").status == 400


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_what_attackers_wrote_is_text(browser: Browser, known: Know, built: Build, text: str) -> None:
    app = known(make_app(text))
    hostile = entry(app.app_id, 1, sentence=text, added=(text,), removed=(text,))
    store(built, lambda services: services.timelines.add([hostile]))
    page = browser.get(f"/app-timeline/{app.app_id}")
    assert (page.status, len(page.root.all("section"))) == (200, 1)
    for element in page.root.every():
        assert element.name not in {"style", "img", "iframe", "object", "embed", "base"}
        assert not [name for name in element.attributes if name.startswith("on") or name == "style"]
        if element.name == "a":
            assert re.match(r"/(?!/)|[?#]", element.attributes["href"])
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b-\u200f\u2028\u2029\x00]", page.html)


def test_the_page_keeps_to_the_rules_of_markup(browser: Browser, known: Know, built: Build) -> None:
    app = known(make_app("Timeline well formed"))
    entries = [entry(app.app_id, number, hours=20 * number, added=("Mail.Read",)) for number in range(3)]
    store(built, lambda services: services.timelines.add(entries))
    roots = {"timeline": browser.get(f"/app-timeline/{app.app_id}").root}
    markup.test_every_page_has_its_language_title_heading_and_a_way_past_the_menu(roots)
    markup.test_headings_go_down_one_level_at_a_time(roots)
    markup.test_ids_are_unique_and_references_lead_somewhere(roots)


def test_days_are_those_of_utc() -> None:
    late = datetime(2026, 3, 5, 0, 30, tzinfo=timezone(timedelta(hours=2)))
    moments = [NOON, late]
    entries = [
        TimelineEntry(app_id="a", time=time, id="i", kind=TimelineKind.EVENT, what="w", sentence="s")
        for time in moments
    ]
    assert [(day, len(of_day)) for day, of_day in by_day(entries)] == [(date(2026, 3, 5), 1), (date(2026, 3, 4), 1)]
