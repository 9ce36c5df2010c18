"""The list of apps and the page of one."""

from datetime import timedelta

from msgspec import structs

from shared.domain.app_references import AppReference, Resolution
from shared.domain.apps import Origin
from shared.domain.known import UNKNOWN
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


def test_a_managed_identity_is_hidden_found_by_a_search_marked_and_not_to_be_switched(
    browser: Browser, known: Know
) -> None:
    app = known(structs.replace(make_app("Vault Reader"), service_principal_type="ManagedIdentity"))
    hidden = browser.get("/apps", text="Vault Reader")
    assert "1 more is hidden" in hidden.text
    [show] = [link for link in hidden.root.all("a") if link.text == "show"]
    found = browser.get(f"/apps{show.attributes['href']}")
    assert listed(found) == ["Vault Reader"]
    assert "managed identity" in found.root.one("tbody").text
    assert "hidden" not in found.text
    page = browser.get(f"/apps/{app.app_id}")
    assert "managed identity" in page.root.one("header", **{"class": "subject"}).text
    assert "A managed identity belongs to an Azure resource" in page.text
    assert [link for link in page.root.all("a") if link.attributes["href"].endswith("/disable")] == []


def test_microsofts_own_are_listed_when_their_origin_is_asked_for(browser: Browser, known: Know) -> None:
    known(structs.replace(make_app("Own of Microsoft"), origin=Origin.MICROSOFT))
    assert listed(browser.get("/apps", text="Own of Microsoft", origin="microsoft")) == ["Own of Microsoft"]


def test_an_app_without_permissions_has_no_privilege_and_an_unread_one_an_unknown_one(
    browser: Browser, known: Know
) -> None:
    bare = structs.replace(make_app("Bare one"), permissions=(), privilege=None, publisher_verified=UNKNOWN)
    unread = structs.replace(make_app("Bare unread"), permissions=UNKNOWN, privilege=UNKNOWN)
    known(bare)
    known(unread)
    rows = browser.get("/apps", text="Bare", sort="-privilege").root.one("tbody").all("tr")
    assert [row.one("td", **{"data-name": "Privilege"}).text for row in rows] == ["none", "not known"]
    page = browser.get(f"/apps/{bare.app_id}")
    assert "It holds no permission." in page.text
    assert "verified" not in page.text


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
