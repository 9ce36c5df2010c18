"""What makes pages usable by keyboard, screen reader and on a small screen."""

from itertools import pairwise

import pytest

from tests.domain.findings import app, event, finding
from tests.pages.apps import make_app
from tests.pages.browser import Browser
from tests.pages.conftest import Know, Raise
from tests.pages.documents import Element
from tests.pages.policies import written

_CONTROLS = ("input", "select", "textarea")


@pytest.fixture(scope="module")
def roots(browser: Browser, raise_alert: Raise, known: Know) -> dict[str, Element]:
    alert = raise_alert(finding(event("markup", of=app("markup", "Markup"))))
    inventoried = known(make_app("Marked up"))
    confirm = f"/apps/{inventoried.app_id}/disable"
    asked = browser.submit(browser.get(confirm), confirm, reason="For its markup").header("location") or ""
    lists = ["/", "/alerts", "/apps", "/policies", "/lists", "/lists/priorityUsers", "/exemptions", "/remediations"]
    subjects = [f"/alerts/{alert}", f"/apps/{inventoried.app_id}", confirm, asked, "/heartbeats/teams/1", "/apps/none"]
    policies = ["/policies/monitor-unused-apps", written(browser), "/new-policy", "/new-policy?template=custom"]
    return {path: browser.get(path).root for path in [*lists, *subjects, *policies]}


def test_every_page_has_its_language_title_heading_and_a_way_past_the_menu(roots: dict[str, Element]) -> None:
    for path, root in roots.items():
        assert root.one("html").attributes["lang"] == "en-GB", path
        assert root.one("title").text.endswith("– Consentry"), path
        assert len(root.all("h1")) == 1, path
        skip = root.one("body").all("a")[0]
        assert skip.attributes["href"] == f"#{root.one('main').attributes['id']}", path
        assert "width=device-width" in root.one("meta", name="viewport").attributes["content"], path
    assert len({root.one("title").text for root in roots.values()}) == len(roots)


def test_headings_go_down_one_level_at_a_time(roots: dict[str, Element]) -> None:
    for path, root in roots.items():
        levels = [int(heading.name[1]) for heading in root.all("h1", "h2", "h3", "h4")]
        assert levels[0] == 1, path
        assert all(after - before <= 1 for before, after in pairwise(levels)), path


def test_every_control_has_a_label(roots: dict[str, Element]) -> None:
    for path, root in roots.items():
        for control in root.all(*_CONTROLS):
            if control.attributes.get("type") == "hidden":
                continue
            around = control
            while around.name != "label":
                assert around.parent is not None, f"{path}: {control.attributes}"
                around = around.parent


def test_every_table_names_its_columns_and_rows(roots: dict[str, Element]) -> None:
    tables = [table for root in roots.values() for table in root.all("table")]
    assert tables
    for table in tables:
        assert all(head.attributes.get("scope") in {"col", "row"} for head in table.all("th"))
        for row in table.all("tbody")[0].all("tr"):
            assert len(row.all("th")) == 1


def test_the_cells_of_wide_tables_say_on_a_narrow_screen_what_they_are(roots: dict[str, Element]) -> None:
    for root in roots.values():
        for table in root.all("table"):
            if table.attributes.get("class") == "wide":
                columns = {head.text.rstrip(" ↑↓") for head in table.all("thead")[0].all("th")}
                assert all(cell.attributes["data-name"] in columns for cell in table.all("td"))


def test_ids_are_unique_and_references_lead_somewhere(roots: dict[str, Element]) -> None:
    for path, root in roots.items():
        ids = [element.attributes["id"] for element in root.every() if "id" in element.attributes]
        assert len(ids) == len(set(ids)), path
        for element in root.every():
            if "aria-labelledby" in element.attributes:
                assert element.attributes["aria-labelledby"] in ids, path


def test_severity_is_a_word_and_a_form_beside_the_colour(roots: dict[str, Element]) -> None:
    marks = [each for each in roots["/"].all("span") if each.attributes.get("class", "").startswith("severity ")]
    assert marks
    for mark in marks:
        assert mark.text in {"High", "Medium", "Low", "Informational"}
        assert mark.one("svg").attributes["aria-hidden"] == "true"


def test_times_are_in_utc_and_say_how_long_ago(roots: dict[str, Element]) -> None:
    times = roots["/alerts"].all("time")
    assert times
    for time in times:
        assert time.attributes["datetime"].endswith("Z")
        assert "UTC (" in time.text


def test_the_menu_says_where_one_is(roots: dict[str, Element]) -> None:
    assert roots["/alerts"].one("a", **{"aria-current": "page"}).text == "Alerts"
