"""The page of exemptions, and the exemption of an app on its own page."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.domain.findings import event, finding
from tests.pages.apps import make_app
from tests.pages.browser import OWN_PAGE, Browser, Page
from tests.pages.conftest import Know, Raise
from tests.pages.documents import Element, fields_of
from tests.pages.policies import fresh_id, text_of, write, written
from tests.pages.test_named_list_pages import send

NEXT_MONTH = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()


@pytest.fixture(scope="module")
def reader(browser: Browser) -> Browser:
    return Browser(browser.address, "security-reader")


def row_of(page: Page, name: str) -> Element:
    [found] = [row for row in page.root.all("tr") if name in [each.text for each in row.all("a")]]
    return found


def exempt(browser: Browser, policy_id: str, app_id: str, reason: str = "Agreed") -> Page:
    fields = {"policyId": policy_id, "appId": app_id, "reason": reason, "expires": NEXT_MONTH}
    return send(browser, browser.get("/exemptions"), "Exempt it", **fields)


def test_an_app_is_exempted_listed_with_its_policy_and_ended_with_a_reason(browser: Browser, known: Know) -> None:
    app, path = known(make_app("Left alone here")), written(browser, "Leaves it alone")
    page = browser.follow(exempt(browser, path.rpartition("/")[2], app.app_id.upper(), "Used once a year"))
    row = row_of(page, "Left alone here")
    assert row.one("a", href=path).text == "Leaves it alone"
    cells = {cell.attributes["data-name"]: cell.text for cell in row.all("td")}
    assert cells["Reason"] == "Used once a year"
    assert "security-administrator" in cells["Approved by"]
    assert "in 4 weeks" in cells["Until"] or "in 29 days" in cells["Until"] or "in 1 month" in cells["Until"]
    form = row.one("form")
    ended = browser.post("/exemptions", {**fields_of(form), "reason": "No longer used"})
    assert not [each for each in browser.follow(ended).root.all("a") if each.text == "Left alone here"]
    over = row_of(browser.get("/exemptions", tab="over"), "Left alone here")
    assert "ended" in {cell.attributes["data-name"]: cell.text for cell in over.all("td")}["Over"]
    assert over.all("form") == []


def test_what_is_wrong_with_an_exemption_is_told_and_stays_in_the_form(browser: Browser, known: Know) -> None:
    app = known(make_app("Wrongly exempted"))
    for policy_id, app_id, text in (
        ("monitor-unused-apps", "nobody", "no app of this id is in the inventory"),
        ("never-was", app.app_id, "there is no such policy"),
    ):
        refused = exempt(browser, policy_id, app_id)
        assert refused.status == 400
        assert text in refused.text
        assert refused.root.one("input", name="appId").attributes["value"] == app_id
        assert refused.root.one("input", name="expires").attributes["value"] == NEXT_MONTH
    chosen = fields_of(refused.root.all("form")[-1])
    assert chosen["policyId"] == ""
    late = send(browser, refused, "Exempt it", policyId="*", expires="2999-01-01")
    assert late.status == 400
    assert "at most 366 days ahead" in late.text
    assert fields_of(late.root.all("form")[-1])["policyId"] == "*"


def test_an_app_is_exempted_from_all_policies_on_its_own_page(browser: Browser, known: Know, reader: Browser) -> None:
    path = f"/apps/{known(make_app('Approved by its page')).app_id}"
    page = browser.get(path)
    no_reason = browser.submit(page, path, reason=" ")
    assert no_reason.status == 400
    assert "say why" in no_reason.text
    page = browser.follow(browser.submit(no_reason, path, reason="Looked at", expires=NEXT_MONTH))
    assert "Exempt from all policies until" in page.text
    assert ": Looked at" in page.text
    assert not [form for form in page.root.all("form") if form.attributes["action"] == path]
    assert "Exempt from all policies until" in reader.get(path).text
    listed = browser.get("/exemptions", appId=path.rpartition("/")[2])
    assert "Only of the app Approved by its page" in listed.text
    assert row_of(listed, "Approved by its page").one("td", **{"data-name": "Policy"}).text == "all policies"


def test_an_app_that_is_not_there_is_not_exempted(browser: Browser, known: Know) -> None:
    path = f"/apps/{known(make_app('Has the form')).app_id}"
    fields = fields_of(browser.get(path).root.one("form", method="post", action=path))
    assert browser.post("/apps/none", {**fields, "reason": "Why not"}).status == 404


def test_who_may_only_read_sees_no_form(reader: Browser, known: Know) -> None:
    app = known(make_app("Read only"))
    page = reader.get("/exemptions")
    assert page.root.all("form") == []
    assert "takes the right Write policies" in page.text
    assert reader.get(f"/apps/{app.app_id}").root.all("form") == []


def test_who_may_not_remediate_is_not_offered_to_exempt_from_what_disables_apps(browser: Browser, known: Know) -> None:
    app, policy_id = known(make_app("Disabled by a policy")), fresh_id()
    assert write(browser, f"{text_of(policy_id)}actions:\n  - {{do: disableApp}}\n").status == 303
    exempt(browser, policy_id, app.app_id)
    operator = Browser(browser.address, "security-operator")
    page = operator.get("/exemptions", policyId=policy_id)
    assert row_of(page, "Disabled by a policy").all("form") == []
    offered = {option.attributes["value"] for option in page.root.one("select", name="policyId").all("option")}
    assert "monitor-unused-apps" in offered
    assert not {policy_id, "*"} & offered
    assert operator.get(f"/apps/{app.app_id}").root.all("form") == []
    assert exempt(operator, policy_id, app.app_id).status == 403
    assert send(browser, browser.get(f"/policies/{policy_id}"), "Delete it").status == 303
    over = row_of(browser.get("/exemptions", tab="over"), "Disabled by a policy")
    assert over.one("td", **{"data-name": "Policy"}).text == f"{policy_id} deleted"


def test_lists_and_exemptions_are_linked_from_the_policies(reader: Browser) -> None:
    links = {link.attributes["href"] for link in reader.get("/policies").root.one("main").all("a")}
    assert {"/lists", "/exemptions"} <= links


def test_names_and_reasons_are_never_markup_and_look_alikes_are_marked(browser: Browser, known: Know) -> None:
    app = known(make_app("\u041cicrosoft <script>a</script>"))
    exempt(browser, "*", app.app_id, "<img src=x>\u202e")
    for page in (browser.get("/exemptions"), browser.get(f"/apps/{app.app_id}")):
        assert page.root.all("img") == []
        assert "\u202e" not in page.html
        assert "<img src=x>⟨U+202E⟩" in page.text
    row = row_of(browser.get("/exemptions"), "⟨U+041C⟩icrosoft <script>a</script>")
    assert "Contains a letter of another alphabet" in row.one("th").text


def test_a_policy_is_tuned_as_an_alert_suggests(browser: Browser, reader: Browser, raise_alert: Raise) -> None:
    path = "/policies/mass-mail-read"
    address = f"/alerts/{raise_alert(finding(event('tunes'), policy='mass-mail-read'))}/suggestions"
    page = browser.get(address)
    forms = [form for form in page.root.all("form") if form.attributes["action"] == f"{path}/suggestion"]
    assert forms
    assert not [form for form in reader.get(address).root.all("form") if "suggestion" in form.attributes["action"]]
    why = forms[0].one("textarea", name="reason").text
    saved = browser.follow(browser.post(f"{path}/suggestion", fields_of(forms[0]), OWN_PAGE))
    history = saved.root.one("section", **{"aria-labelledby": "versions"}).all("li")[0]
    assert f"Reason: {why}" in history.text
    again = browser.post(f"{path}/suggestion", fields_of(forms[0]), OWN_PAGE)
    assert again.status == 412
    assert "changed while you were reading" in again.text
    no_tuning = browser.post(f"{path}/suggestion", {**fields_of(forms[0]), "etag": "*", "text": "[1]"}, OWN_PAGE)
    assert no_tuning.status == 400
    assert "it is no tuning" in no_tuning.text
    browser.submit(saved, f"{path}/removal")
