"""The queue of alerts and the page of one: what they show, and what their forms do."""

import asyncio
from datetime import UTC, datetime

import pytest
from msgspec import structs

from shared.domain.app_references import AppReference
from shared.domain.built_in import FIRST_READ
from shared.domain.findings import ConditionResult
from shared.domain.roles import Caller
from shared.domain.triage import TriageChanges
from shared.pipeline.detection.triage import update_alert
from tests.domain.findings import app, event, finding
from tests.pages.browser import Browser
from tests.pages.conftest import Build, Raise

RISKY_APP = "aaaaaaaa-0000-4000-8000-000000000009"
COLLEAGUE = Caller(id="colleague", name="kim@contoso.example", is_user=True, roles=frozenset())


@pytest.fixture
def alert(raise_alert: Raise, request: pytest.FixtureRequest) -> str:
    """The id of an alert that only this test changes."""
    return raise_about(raise_alert, f"App of {request.node.name}")


def raise_about(raise_alert: Raise, name: str, events: int = 1, policy: str = "credential-added") -> str:
    of = app(f"id of {name}", name)
    return raise_alert(finding(*(event(f"{name} {n}", n, of=of) for n in range(events)), policy=policy))


def change(built: Build, alert_id: str, changes: TriageChanges) -> None:
    """As somebody else does it."""

    async def update() -> None:
        application = built()
        await update_alert(application.services, alert_id, changes, COLLEAGUE, None, datetime.now(UTC))
        await application.close()

    asyncio.run(update())


def test_the_queue_links_to_each_alert_and_its_app(browser: Browser, alert: str) -> None:
    page = browser.get("/alerts")
    links = [link.attributes["href"] for link in page.root.all("a")]
    assert f"/alerts/{alert}" in links
    assert "/apps/id%20of%20App%20of%20test_the_queue_links_to_each_alert_and_its_app" in links


def test_filters_choose_and_are_shown_as_chosen(browser: Browser, alert: str, raise_alert: Raise) -> None:
    other = raise_about(raise_alert, "Another app", policy="grant-grows")
    page = browser.get("/alerts", severity="high", policyId="grant-grows", text="", appId="")
    links = [link.attributes["href"] for link in page.root.all("a")]
    assert f"/alerts/{other}" in links
    assert f"/alerts/{alert}" not in links
    form = page.root.one("form", action="/alerts")
    assert "checked" in form.one("input", name="severity", value="high").attributes
    assert "checked" not in form.one("input", name="severity", value="low").attributes
    assert [option.text for option in form.all("option") if "selected" in option.attributes] == ["grant-grows"]


def test_several_values_of_one_filter_count_as_any_of_them(browser: Browser, alert: str) -> None:
    page = browser.get("/alerts?status=new&status=inProgress&text=App+of+test_several")
    assert f"/alerts/{alert}" in [link.attributes["href"] for link in page.root.all("a")]


def test_a_queue_without_a_match_says_what_to_do(browser: Browser) -> None:
    page = browser.get("/alerts", text="nothing is called this")
    assert "No alert matches. Show all, or look with fewer filters." in page.text


def test_pages_of_the_queue_lead_on_and_keep_the_filters(browser: Browser, raise_alert: Raise) -> None:
    raised = {raise_about(raise_alert, f"Paged {number}") for number in range(3)}
    page, found = browser.get("/alerts", text="Paged", top="2"), set[str]()
    for _ in range(4):
        found |= {link.attributes["href"].removeprefix("/alerts/") for link in page.root.all("a")} & raised
        following = [link for link in page.root.all("a") if link.attributes.get("rel") == "next"]
        if not following:
            break
        page = browser.get(f"/alerts{following[0].attributes['href']}")
        assert page.root.one("input", name="text").attributes["value"] == "Paged"
    assert found == raised


def test_a_wrong_filter_is_named_and_not_ignored(browser: Browser) -> None:
    page = browser.get("/alerts", severity="dreadful")
    assert page.status == 400
    assert "severity" in page.text
    assert "dreadful" not in page.html


def test_the_page_of_an_alert_says_what_why_and_what_to_do(browser: Browser, raise_alert: Raise) -> None:
    alert = raise_about(raise_alert, "Payroll Export", events=2)
    page = browser.get(f"/alerts/{alert}")
    assert page.status == 200
    headings = [heading.text for heading in page.root.all("h1", "h2")]
    assert headings[0] == "Credential added to Payroll Export"
    assert {"Why", "What to do", "Triage", "Evidence", "History"} <= set(headings)
    assert "Whoever knows an app's credential is the app" in page.text
    assert "Compare with the rotation schedule" in page.text
    assert "lee added a secret (key) to Payroll Export" in page.text
    assert "2 events" in page.text
    facts = [row.text for row in page.root.all("tr")]
    assert "activity credential.added" in facts
    assert "credentialsAdded 1.keyId key" in facts


def test_evidence_is_paged(browser: Browser, raise_alert: Raise) -> None:
    alert = raise_about(raise_alert, "Chatty app", events=25)
    page = browser.get(f"/alerts/{alert}")
    [first] = [each for each in page.root.all("ol") if each.attributes.get("class") == "evidence"]
    following = page.root.one("a", rel="next").attributes["href"]
    rest = browser.get(f"/alerts/{alert}{following.partition('#')[0]}")
    [second] = [each for each in rest.root.all("ol") if each.attributes.get("class") == "evidence"]
    count = [sum(item.parent is listed for item in listed.all("li")) for listed in (first, second)]
    assert count == [20, 5]


def test_an_alert_that_is_not_there_is_a_plain_404(browser: Browser) -> None:
    page = browser.get(f"/alerts/{'a' * 32}-1")
    assert (page.status, page.root.one("h1").text) == (404, "Not Found")


def test_a_saved_form_changes_the_alert_once_and_leads_back_to_it(browser: Browser, alert: str) -> None:
    address = f"/alerts/{alert}"
    saved = browser.submit(
        browser.get(address),
        address,
        status="resolved",
        verdict="truePositive:phishing",
        assignment="me",
        comment="Asked the owner.\r\nHe did not know.",
        reason="It was phishing",
    )
    assert (saved.status, saved.header("location")) == (303, f"{address}?saved=true")
    page = browser.follow(saved)
    assert page.root.one("p", role="status").text == "Saved."
    assert "True positive: Phishing" in page.text
    assert "security-administrator@local.test" in page.text
    assert "Asked the owner. He did not know." in page.text
    assert "Reason: It was phishing" in page.text
    form = page.root.one("form", method="post", action=address)
    assert [one.attributes["value"] for one in form.one("select", name="status").all("option")] == [
        "inProgress",
        "resolved",
    ]


def test_an_untouched_form_changes_nothing(browser: Browser, alert: str) -> None:
    address = f"/alerts/{alert}"
    before = browser.get(address).root.one("input", name="seen").attributes["value"]
    assert browser.submit(browser.get(address), address).status == 303
    assert browser.get(address).root.one("input", name="seen").attributes["value"] == before


def test_a_stale_form_changes_nothing_shows_what_changed_and_keeps_what_was_typed(
    browser: Browser, alert: str, built: Build
) -> None:
    address = f"/alerts/{alert}"
    seen = browser.get(address)
    change(built, alert, TriageChanges(assigned_to="kim@contoso.example", reason="I take the night"))
    refused = browser.submit(seen, address, comment="A long comment", status="inProgress")
    assert refused.status == 412
    notice = refused.root.one("div", role="alert").text
    assert "the alert changed while you were reading" in notice
    assert "kim@contoso.example" in notice
    assert "I take the night" in notice
    assert refused.root.one("textarea", name="comment").text == "A long comment"
    assert browser.submit(refused, address).status == 303
    assert "A long comment" in browser.get(address).text


def test_a_verdict_that_nobody_offers_is_refused(browser: Browser, alert: str) -> None:
    address = f"/alerts/{alert}"
    refused = browser.submit(browser.get(address), address, verdict="truePositive:notMalicious")
    assert refused.status == 400
    assert "verdict" in refused.text


def test_a_step_that_the_life_of_an_alert_does_not_have_is_refused(browser: Browser, alert: str) -> None:
    address = f"/alerts/{alert}"
    browser.submit(browser.get(address), address, status="resolved")
    refused = browser.submit(browser.get(address), address, status="new", comment="Again")
    assert refused.status == 409
    assert "cannot go from resolved to new" in refused.root.one("div", role="alert").text
    assert refused.root.one("textarea", name="comment").text == "Again"


def test_the_history_is_numbered_and_says_in_words_who_did_what(browser: Browser, alert: str) -> None:
    address = f"/alerts/{alert}"
    browser.submit(browser.get(address), address, status="inProgress")
    newest, first = browser.get(address).root.one("ol", **{"class": "history"}).all("li")[::2]
    assert (newest.attributes["value"], first.attributes["value"]) == ("2", "1")
    assert "Status: New →became In progress" in newest.text
    assert newest.one("strong").text == "security-administrator@local.test"


def test_the_digest_of_the_first_read_leads_to_its_alerts_and_apps(
    browser: Browser, alert: str, raise_alert: Raise
) -> None:
    told = ConditionResult(condition=f"alert {alert}", outcome="true", seen="A finding")
    risky = ConditionResult(condition=f"risk of app {RISKY_APP}", outcome="true", seen="97: Mailer")
    digest = structs.replace(
        finding(event("digest"), policy=FIRST_READ),
        app=AppReference(),
        group=("digest",),
        evidence=(),
        conditions=(told, risky),
    )
    page = browser.get(f"/alerts/{raise_alert(digest)}")
    assert page.root.one("a", href=f"/alerts/{alert}").text == "The alert"
    assert page.root.one("a", href=f"/apps/{RISKY_APP}").text == "Risk of the app"
    assert "state of the app" not in page.text
    assert "its appId is not known" not in page.text


def test_an_error_page_keeps_the_menu_and_who_is_signed_in(browser: Browser) -> None:
    header = browser.get(f"/alerts/{'a' * 32}-1").root.all("header")[0].text
    assert "Remediations" in header
    assert "security-administrator@local.test" in header


def test_a_reader_sees_the_alert_without_the_form(browser: Browser, alert: str) -> None:
    page = Browser(browser.address, "security-reader").get(f"/alerts/{alert}")
    assert [form.attributes["action"] for form in page.root.all("form")] == [f"/alerts/{alert}/suggestions"]
    assert "Changing them takes the right Update alerts" in page.text


def test_the_overview_counts_open_alerts_and_says_where_to_begin(browser: Browser, alert: str) -> None:
    page = browser.get("/")
    assert "of high severity: begin here" in page.text
    assert [heading.text for heading in page.root.all("h2")][:2] == ["What to do first", "Open alerts"]
    assert f"/alerts/{alert}" in [link.attributes["href"] for link in page.root.all("a")]
