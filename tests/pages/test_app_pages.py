"""The list of apps and the page of one."""

from datetime import timedelta

from shared.domain.app_references import AppReference, Resolution
from tests.domain.findings import event, finding
from tests.pages.apps import NOW, make_app
from tests.pages.browser import Browser, Page
from tests.pages.conftest import Know, Raise


def listed(page: Page) -> list[str]:
    [table] = page.root.all("tbody")
    return [row.one("th").all("a")[0].text for row in table.all("tr")]


def test_the_list_shows_an_app_with_what_makes_it_risky(browser: Browser, known: Know) -> None:
    app = known(make_app("Listed Notes", created=NOW - timedelta(days=1)))
    page = browser.get("/apps", text="Listed Notes")
    [row] = page.root.one("tbody").all("tr")
    assert row.one("th").all("a")[0].attributes["href"] == f"/apps/{app.app_id}"
    for said in ("Listed Notes new", "Publisher of Listed Notes not verified", "High", "administrator", "enabled"):
        assert said in row.text
    assert row.one("td", **{"data-name": "Permissions"}).text == "2"


def test_filters_and_order_of_the_list_count(browser: Browser, known: Know) -> None:
    known(make_app("Sorted Alpha"))
    known(make_app("Sorted Beta", enabled=False))
    known(make_app("Sorted Gamma", created=NOW))
    assert listed(browser.get("/apps", text="Sorted", sort="displayName")) == [
        "Sorted Alpha",
        "Sorted Beta",
        "Sorted Gamma",
    ]
    assert listed(browser.get("/apps", text="Sorted", sort="-displayName"))[0] == "Sorted Gamma"
    assert listed(browser.get("/apps", text="Sorted", enabled="false")) == ["Sorted Beta"]
    assert listed(browser.get("/apps", text="Sorted", new="true")) == ["Sorted Gamma"]
    assert listed(browser.get("/apps", text="sorted alpha", verified="", consent="")) == ["Sorted Alpha"]


def test_a_heading_sorts_and_says_how_it_is_sorted(browser: Browser, known: Know) -> None:
    known(make_app("Ordered"))
    page = browser.get("/apps", text="Ordered", sort="-privilege")
    sorts = {head.text.rstrip(" ↓↑"): head.attributes["aria-sort"] for head in page.root.one("thead").all("th")}
    assert sorts["Privilege"] == "descending"
    assert {sort for name, sort in sorts.items() if name != "Privilege"} == {"none"}
    [link] = [link for link in page.root.one("thead").all("a") if link.text == "App"]
    assert (
        browser.get(f"/apps{link.attributes['href']}").root.one("input", name="text").attributes["value"] == "Ordered"
    )


def test_pages_of_the_list_lead_on(browser: Browser, known: Know) -> None:
    names = {known(make_app(f"Turned {number}")).display_name for number in range(3)}
    page = browser.get("/apps", text="Turned", top="2")
    following = page.root.one("a", rel="next").attributes["href"]
    assert {*listed(page), *listed(browser.get(f"/apps{following}"))} == names


def test_before_the_first_complete_read_the_list_says_so(browser: Browser) -> None:
    assert "The directory has not been read completely yet" in browser.get("/apps").text


def test_the_page_of_an_app_says_what_it_may_do_who_let_it_in_and_who_can_become_it(
    browser: Browser, known: Know, raise_alert: Raise
) -> None:
    app = known(make_app("Described Notes"))
    reference = AppReference(app_id=app.app_id, display_name="Described Notes", resolution=Resolution.RESOLVED)
    alert = raise_alert(finding(event("described", of=reference)))
    page = browser.get(f"/apps/{app.app_id}")
    rows = [row.text for row in page.root.all("tr")]
    assert "Mail.ReadWrite High Application Microsoft Graph reaches everybody's mail, files, sites or chats" in rows
    assert rows.index(next(row for row in rows if row.startswith("Mail.ReadWrite"))) < rows.index(
        next(row for row in rows if row.startswith("User.Read Low"))
    )
    assert "Microsoft Graph 3 users User.Read" in rows
    states = {row.one("th").text: row.text for row in page.root.all("tr") if row.all("th") and row.all("td")}
    assert "expired" in states["old"]
    assert "expires soon" in states["due"]
    assert "active" in states["new"]
    assert "kim@contoso.example (user)" in page.text
    assert f"/alerts/{alert}" in [link.attributes["href"] for link in page.root.all("a")]
    assert f"/apps/{app.app_id}/disable" in [link.attributes["href"] for link in page.root.all("a")]


def test_an_app_is_found_by_the_object_id_of_its_service_principal(browser: Browser, known: Know) -> None:
    app = known(make_app("Aliased"))
    assert browser.get(f"/apps/{app.service_principal_id}").root.one("h1").text == "Aliased"


def test_an_app_that_is_not_there_is_a_plain_404(browser: Browser) -> None:
    page = browser.get("/apps/nothing")
    assert (page.status, "There is no such app." in page.text) == (404, True)


def test_a_reader_is_offered_no_switch(browser: Browser, known: Know) -> None:
    app = known(make_app("Only read"))
    page = Browser(browser.address, "security-operator").get(f"/apps/{app.app_id}")
    assert page.status == 200
    assert "Disable" not in page.text


def test_the_overview_names_new_and_risky_apps(browser: Browser, known: Know) -> None:
    known(make_app("Brand new", created=NOW + timedelta(minutes=1)))
    page = browser.get("/")
    assert "Riskiest apps" in page.text
    assert "Brand new" in page.text
    assert "not verified" in page.text
