"""Disabling an app by the pages, watching it, and bringing it back."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from msgspec import structs

from shared.domain.app_references import AppReference, Resolution
from shared.domain.apps import App, Origin
from shared.domain.remediations import RemediationAction
from shared.domain.roles import Caller
from shared.pipeline.remediation.remediate import remediate
from shared.pipeline.remediation.request_remediation import RemediationOrder, request_remediation
from tests.domain.findings import event, finding
from tests.pages.apps import make_app
from tests.pages.browser import Browser, Page
from tests.pages.conftest import Build, Know, Raise
from tests.pipeline.remediation.directory import Directory, principal


def ask(browser: Browser, app: App, reason: str = "It reads all mail.") -> Page:
    path = f"/apps/{app.app_id}/disable"
    return browser.submit(browser.get(path), path, reason=reason)


def carry_out(built: Build, path: str, directory: Directory) -> None:
    """As the remediator does it, in a directory of its own."""
    remediation_id = path.removeprefix("/remediations/")

    async def work() -> None:
        application = built()
        services = replace(application.services, app_switch=directory)
        for minutes in range(0, 100, 10):
            await remediate(services, remediation_id, datetime.now(UTC) + timedelta(minutes=minutes))
        await application.close()

    asyncio.run(work())


def directory_of(app: App) -> Directory:
    return Directory(principal(id=app.service_principal_id, appId=app.app_id, displayName=app.display_name))


def test_before_anything_is_asked_the_page_says_what_will_happen(browser: Browser, known: Know) -> None:
    app = known(make_app("Planned"))
    page = browser.get(f"/apps/{app.app_id}/disable")
    assert page.root.one("h1").text == "Disable Planned?"
    assert "Nobody can get a new token" in page.text
    assert "about 90 minutes" in page.text
    assert "Now enabled Then disabled" in page.text
    assert "required" in page.root.one("textarea", name="reason").attributes


def test_an_app_is_disabled_watched_and_brought_back(browser: Browser, known: Know, built: Build) -> None:
    app = known(make_app("Payroll Robot"))
    directory = directory_of(app)
    asked = ask(browser, app)
    assert asked.status == 303
    path = asked.header("location") or ""
    waiting = browser.follow(asked)
    assert waiting.root.one("meta", **{"http-equiv": "refresh"}).attributes["content"] == "5"
    assert "Under way" in waiting.text
    assert "It reads all mail." in waiting.text
    calm = browser.get(path, refresh="false")
    assert [meta for meta in calm.root.all("meta") if "http-equiv" in meta.attributes] == []

    carry_out(built, path, directory)
    done = browser.get(path)
    assert "Succeeded" in done.text
    assert "Kept from before: grants 1, application permissions 1, owners 1." in done.text
    assert "Before: enabled. As last read: disabled." in done.text
    assert [meta for meta in done.root.all("meta") if "http-equiv" in meta.attributes] == []
    assert directory.effects == [False]

    undone = browser.submit(done, path, reason="It was cleared.")
    assert undone.status == 303
    back = undone.header("location") or ""
    carry_out(built, back, directory)
    assert directory.effects == [False, True]
    assert "Undo: Enable Payroll Robot" in browser.get(back).text
    assert "undone" in browser.get(path).text
    assert browser.get(path).root.all("form") == []


def test_the_page_of_an_alert_follows_what_is_done_about_its_app(
    browser: Browser, known: Know, built: Build, raise_alert: Raise
) -> None:
    app = known(make_app("Followed"))
    reference = AppReference(app_id=app.app_id, display_name="Followed", resolution=Resolution.RESOLVED)
    address = f"/alerts/{raise_alert(finding(event('followed', of=reference)))}"
    [offered] = [link for link in browser.get(address).root.all("a") if link.text == "Disable the app …"]
    plan = browser.get(offered.attributes["href"])
    asked = browser.submit(plan, f"/apps/{app.app_id}/disable", reason="It reads all mail.")
    path = asked.header("location") or ""
    assert "Disable: under way" in browser.get(address).text

    carry_out(built, path, directory_of(app))
    page = browser.get(address)
    assert "The app was disabled by security-administrator@local.test" in page.text
    assert "Enable the app …" in page.text
    assert path in [link.attributes["href"] for link in page.root.one("ol", **{"class": "history"}).all("a")]
    assert "Followed" in browser.get(path).root.one("a", href=address).text


def test_a_form_that_is_sent_twice_asks_once(browser: Browser, known: Know) -> None:
    app = known(make_app("Impatient"))
    path = f"/apps/{app.app_id}/disable"
    page = browser.get(path)
    first, second = (browser.submit(page, path, reason="Once is enough") for _ in range(2))
    assert first.header("location") == second.header("location")


def test_a_second_request_is_told_of_the_first_and_keeps_its_reason(browser: Browser, known: Know) -> None:
    app = known(make_app("Contested"))
    path = f"/apps/{app.app_id}/disable"
    mine, yours = browser.get(path), browser.get(path)
    first = browser.submit(mine, path, reason="It reads all mail.")
    second = browser.submit(yours, path, reason="I want it too")
    assert second.status == 409
    assert second.root.one("div", role="alert").one("a").attributes["href"] == first.header("location")
    assert "Your reason was: I want it too" in second.text
    assert "Another remediation of the app is not finished." in browser.get(path).text


def test_a_request_without_a_reason_is_refused(browser: Browser, known: Know) -> None:
    app = known(make_app("No reason"))
    refused = ask(browser, app, reason="  ")
    assert (refused.status, "A reason is missing" in refused.text) == (400, True)
    assert refused.root.one("textarea", name="reason").text == ""
    assert "No remediation" not in browser.get(f"/apps/{app.app_id}").text
    assert "It was never switched from here." in browser.get(f"/apps/{app.app_id}").text


def test_a_path_that_is_no_action_is_not_there(browser: Browser, known: Know) -> None:
    app = known(make_app("Sturdy"))
    assert browser.get(f"/apps/{app.app_id}/delete").status == 404


def test_an_app_of_microsoft_cannot_be_asked_for(browser: Browser, known: Know) -> None:
    app = known(structs.replace(make_app("First party"), origin=Origin.MICROSOFT))
    page = browser.get(f"/apps/{app.app_id}/disable")
    assert "The app is Microsoft's own" in page.text
    assert page.root.all("h2")[0].text == "Why it cannot be done"
    assert "Then disabled" not in page.text
    assert page.root.all("form") == []


def test_the_list_of_remediations_names_app_person_and_reason(browser: Browser, known: Know) -> None:
    app = known(make_app("Listed once"))
    made = ask(browser, app, reason="For the list")
    page = browser.get("/remediations", appId=app.app_id)
    [row] = page.root.one("tbody").all("tr")
    assert row.one("th").one("a").attributes["href"] == made.header("location")
    for said in ("Listed once", "security-administrator@local.test", "For the list", "Requested"):
        assert said in row.text
    assert "No remediation matches" in browser.get("/remediations", appId=app.app_id, status="failed").text


def test_a_remediation_that_is_not_there_is_a_plain_404(browser: Browser) -> None:
    assert browser.get(f"/remediations/{'a' * 32}-1").status == 404


def test_while_remediation_is_stopped_the_pages_say_so_and_ask_for_nothing(browser: Browser, known: Know) -> None:
    app = known(make_app("Not now"))
    page = browser.get("/remediations")
    stopped = browser.submit(page, "/remediations", reason="Something runs wild")
    assert (stopped.status, stopped.header("location")) == (303, "/remediations")
    try:
        page = browser.follow(stopped)
        assert "All remediation but undoing is stopped" in page.text
        assert "Something runs wild" in page.text
        assert "All remediation but undoing is stopped" in browser.get("/").root.one("ol").all("li")[0].text
        plan = browser.get(f"/apps/{app.app_id}/disable")
        assert "All remediation is stopped." in plan.text
        assert plan.root.all("form") == []
    finally:
        browser.submit(browser.get("/remediations"), "/remediations", reason="It is found")
    assert "Stop all remediation" in browser.get("/remediations").text


def test_only_who_may_approve_sees_the_stop_switch(browser: Browser) -> None:
    page = Browser(browser.address, "security-operator").get("/remediations")
    assert page.status == 200
    assert [form for form in page.root.all("form") if form.attributes["method"] == "post"] == []


def test_what_a_policy_asked_for_leads_to_the_policy(browser: Browser, known: Know, built: Build) -> None:
    app = known(make_app("Asked by a policy"))
    order = RemediationOrder(
        action=RemediationAction.DISABLE, reason="It asks for it.", policy_id="credential-added", policy_version=3
    )
    caller = Caller(id="policy:credential-added", name="Consentry", is_user=False, roles=frozenset())

    async def request() -> str:
        application = built()
        made = await request_remediation(application.services, app.app_id, order, caller, datetime.now(UTC))
        await application.close()
        return made.remediation.id

    page = browser.get(f"/remediations/{asyncio.run(request())}")
    assert "Policy credential-added, version 3" in page.text
    assert "/policies/credential-added" in {link.attributes.get("href") for link in page.root.all("a")}
