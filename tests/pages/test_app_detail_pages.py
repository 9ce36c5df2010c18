"""The page of one app: where an analyst decides what to do about it."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from msgspec import structs

from shared.domain.apps import (
    App,
)
from shared.domain.known import UNKNOWN
from tests.pages import test_page_markup as markup
from tests.pages.app_details import DAY, full_app, said, subject
from tests.pages.apps import NOW, make_app
from tests.pages.browser import Browser
from tests.pages.conftest import Know
from tests.pages.test_page_safety import HOSTILE

IN_ORDER = [
    *("risk", "escalation", "permissions", "roles", "sign-ins", "data-use", "grants"),
    *("credentials", "owners", "addresses", "alerts", "remediations", "timeline"),
]


def test_the_head_has_what_one_decides_by(browser: Browser, known: Know) -> None:
    app = known(full_app("Headed"))
    head = subject(browser.get(f"/apps/{app.app_id}"))
    [score] = re.findall(r"Risk (\d+) of 100", head.text)
    assert head.one("meter").attributes["value"] == score
    marks = [mark.text for mark in head.all("span") if mark.attributes.get("class", "").startswith("mark")]
    assert {"risky", "Highly privileged", "Can become Global Administrator", "External", "enabled"} <= set(marks)
    facts = {term.text: told.text for term, told in zip(head.all("dt"), head.all("dd"), strict=True)}
    assert facts["Publisher"] == "Contoso, not verified"
    assert facts["Home tenant"] == "dddddddd-0000-4000-8000-000000000001"
    for name, ago in (("Added", "13 months"), ("Registered", "16 months"), ("First seen", "1 month")):
        assert facts[name].endswith(f"({ago} ago)")
    for name, ago in (("Modified", "2 days"), ("Last used", "3 days")):
        assert facts[name].endswith(f"({ago} ago)")


def test_links_to_the_admin_centre_leave_nothing_behind_and_say_where_they_lead(browser: Browser, known: Know) -> None:
    app = known(full_app("Elsewhere"))
    page = browser.get(f"/apps/{app.app_id}")
    outward = [link for link in page.root.all("a") if not re.match(r"/(?!/)|[?#]", link.attributes["href"])]
    assert [link.text.partition(" ")[0] for link in outward] == ["Overview", "Permissions", "Sign-ins", "Registration"]
    for link in outward:
        assert link.attributes["href"].startswith("https://entra.microsoft.com/#view/")
        assert "noopener" in link.attributes["rel"].split()
        assert link.text.endswith("opens a new page")


def test_an_app_of_which_only_the_id_is_known_has_a_page(browser: Browser, known: Know) -> None:
    app = known(App(app_id=str(uuid4())))
    page = browser.get(f"/apps/{app.app_id}")
    assert page.status == 200
    assert page.root.one("h1").text == app.app_id
    for name in ("permissions", "roles", "sign-ins", "grants", "credentials", "owners"):
        assert "Not known." in said(page, name)
    assert page.root.all("dd")[1].text == "not known"


def test_a_deleted_app_says_so_and_until_when_it_can_be_restored(browser: Browser, known: Know) -> None:
    gone = structs.replace(
        make_app("Gone"), deleted=NOW - 3 * DAY, recoverable_until=NOW + 27 * DAY + timedelta(hours=1)
    )
    page = browser.get(f"/apps/{known(gone).app_id}")
    assert "It was deleted" in subject(page).text
    assert "(in 27 days)" in subject(page).text
    assert "There is nothing to switch." in subject(page).text
    assert [link for link in page.root.all("a") if link.attributes["href"].endswith("/disable")] == []
    lost = structs.replace(make_app("Lost"), deleted=NOW - 40 * DAY, recoverable_until=NOW - 10 * DAY)
    assert "It can no longer be restored." in subject(browser.get(f"/apps/{known(lost).app_id}")).text


def test_a_managed_identity_is_marked_and_not_to_be_switched(browser: Browser, known: Know) -> None:
    app = known(structs.replace(make_app("Vault Writer"), service_principal_type="ManagedIdentity"))
    page = browser.get(f"/apps/{app.app_id}")
    assert "managed identity" in subject(page).text
    assert "A managed identity belongs to an Azure resource" in page.text
    assert [link for link in page.root.all("a") if link.attributes["href"].endswith("/disable")] == []


def test_an_app_without_permissions_says_so_and_no_verification_is_invented(browser: Browser, known: Know) -> None:
    bare = structs.replace(make_app("Holding nothing"), permissions=(), privilege=None, publisher_verified=UNKNOWN)
    page = browser.get(f"/apps/{known(bare).app_id}")
    assert "It holds no permission." in page.text
    assert page.root.all("dd")[1].text == "Publisher of Holding nothing"


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
    assert "Disable the app" not in page.text
    assert [link for link in page.root.all("a") if link.attributes["href"].endswith("/disable")] == []


def test_sections_stand_in_the_order_of_decision_and_each_can_be_gone_to(browser: Browser, known: Know) -> None:
    page = browser.get(f"/apps/{known(full_app('Arranged')).app_id}")
    menu = page.root.one("nav", **{"aria-label": "On this page"})
    assert [link.attributes["href"] for link in menu.all("a")] == [f"#{name}" for name in IN_ORDER]
    headings = [heading.attributes["id"] for heading in page.root.all("h2")]
    assert headings == IN_ORDER


def test_a_full_page_keeps_to_the_rules_of_markup(browser: Browser, known: Know) -> None:
    roots = {"full": browser.get(f"/apps/{known(full_app('Well formed')).app_id}").root}
    markup.test_every_page_has_its_language_title_heading_and_a_way_past_the_menu(roots)
    markup.test_headings_go_down_one_level_at_a_time(roots)
    markup.test_every_table_names_its_columns_and_rows(roots)
    markup.test_the_cells_of_wide_tables_say_on_a_narrow_screen_what_they_are(roots)
    markup.test_ids_are_unique_and_references_lead_somewhere(roots)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_what_attackers_wrote_is_text_everywhere_on_the_page(browser: Browser, known: Know, text: str) -> None:
    page = browser.get(f"/apps/{known(full_app('Hostile', text)).app_id}")
    assert page.status == 200
    for element in page.root.every():
        assert element.name not in {"style", "img", "iframe", "object", "embed", "base"}
        assert not [name for name in element.attributes if name.startswith("on") or name == "style"]
        if element.name == "script":
            assert element.attributes["src"].startswith("/assets/")
        if element.name == "a":
            assert re.match(r"/(?!/)|[?#]|https://entra\.microsoft\.com/#view/", element.attributes["href"])
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b-\u200f\u2028\u2029\x00]", page.html)
    assert max(len(code.text) for code in page.root.all("code")) < 2000


def test_a_name_that_passes_for_another_is_warned_of(browser: Browser, known: Know) -> None:
    page = browser.get(f"/apps/{known(make_app('Мicrosoft')).app_id}")
    assert "Contains a letter of another alphabet or style: U+041C" in subject(page).text
