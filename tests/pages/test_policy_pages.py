"""The pages of policies: what they show, and what their forms do."""

import pytest

from tests.domain.findings import event, finding
from tests.pages.apps import make_app
from tests.pages.browser import OWN_PAGE, Browser
from tests.pages.conftest import Know, Raise
from tests.pages.policies import fresh_id, text_of, write, written

TUNABLE = "monitor-unused-apps"


@pytest.fixture(scope="module")
def reader(browser: Browser) -> Browser:
    return Browser(browser.address, "security-reader")


def test_the_list_counts_by_state_and_says_what_each_policy_would_do(browser: Browser) -> None:
    path = written(browser, "Listed by its title")
    page = browser.get("/policies", text="Listed by its title")
    [row] = page.root.one("tbody").all("tr")
    assert row.one("a", href=path).text == "Listed by its title"
    cells = {cell.attributes["data-name"]: cell.text for cell in row.all("td")}
    assert cells["Source"] == "your own"
    assert cells["State"] == "Inactive"
    assert cells["Scope"] == "all apps"
    assert cells["Actions"] == "alert only"
    assert cells["Last alert"] == "never"
    assert "security-administrator" in cells["Changed by"]
    tabs = page.root.one("nav", **{"aria-label": "By state"})
    assert tabs.text == "All 1 Active 0 Audit 0 Inactive 1"
    assert tabs.one("a", **{"aria-current": "page"}).text == "All 1"
    assert browser.get("/policies", text="Listed by its title", state="active").root.all("tbody") == []


def test_a_filter_of_the_list_stays_with_the_tabs(browser: Browser) -> None:
    page = browser.get("/policies", source="predefined", severity="", text="", sort="id")
    rows = page.root.one("tbody").all("tr")
    assert {cell.text for row in rows for cell in row.all("td") if cell.attributes["data-name"] == "Source"} == {
        "predefined"
    }
    tab = page.root.one("nav", **{"aria-label": "By state"}).all("a")[1]
    assert "source=predefined" in tab.attributes["href"]


def test_a_policy_that_lacks_something_says_what(browser: Browser) -> None:
    page = browser.get("/policies", text=TUNABLE)
    assert "lacks something" in page.text
    assert "READER_CLIENT_ID" in browser.get(f"/policies/{TUNABLE}").text


def test_the_page_tells_conditions_and_values_in_words(browser: Browser) -> None:
    page = browser.get(f"/policies/{TUNABLE}")
    assert "app.enabled is true" in page.text
    assert "app.unusedFor is more than 90d (unusedFor)" in page.text
    assert "What to do when it fires" in page.text
    assert '{"' not in page.text


def test_who_may_only_read_sees_no_form_but_the_trial(reader: Browser) -> None:
    page = reader.get(f"/policies/{TUNABLE}")
    assert [form.attributes["action"] for form in page.root.all("form")] == [f"/policies/{TUNABLE}"]
    assert "Changing it takes the right Write policies" in page.text
    assert not [link for link in reader.get("/policies").root.all("a") if link.attributes["href"] == "/new-policy"]


def test_a_policy_is_made_from_a_template_with_its_values(browser: Browser) -> None:
    policy_id = fresh_id()
    choice = browser.get("/new-policy")
    assert choice.root.one("a", href="/new-policy?template=unused-app").text == "Unused app"
    form = browser.get("/new-policy", template="unused-app")
    made = browser.submit(form, "/new-policy", OWN_PAGE, id=policy_id, **{"parameter.unusedFor": "45d"})
    page = browser.follow(made)
    assert "Saved." in page.text
    assert "app.unusedFor is more than 45d (unusedFor)" in page.text
    assert "from the template unused-app" in page.text


def test_a_value_of_another_kind_is_refused_with_its_place_and_stays_in_the_form(browser: Browser) -> None:
    form = browser.get("/new-policy", template="unused-app")
    refused = browser.submit(form, "/new-policy", OWN_PAGE, id=fresh_id(), **{"parameter.unusedFor": "soon"})
    assert refused.status == 400
    assert "parameters.unusedFor" in refused.text
    assert refused.root.one("input", name="parameter.unusedFor").attributes["value"] == "soon"


def test_the_custom_template_takes_a_condition(browser: Browser) -> None:
    policy_id = fresh_id()
    form = browser.get("/new-policy", template="custom")
    made = browser.submit(form, "/new-policy", id=policy_id, condition="{app.risk: {ge: 80}}")
    assert "app.risk is at least 80" in browser.follow(made).text


def test_what_is_wrong_with_a_text_is_told_by_its_line(browser: Browser) -> None:
    text = text_of(fresh_id()).replace("app.origin", "app.orgin")
    refused = write(browser, text)
    assert refused.status == 400
    assert "Line 8, - app.orgin: {eq: external}: unknown fact app.orgin; did you mean app.origin?" in refused.text
    assert refused.root.one("textarea", name="text").text == " ".join(text.split())


def test_text_that_is_no_yaml_is_told_by_its_line(browser: Browser) -> None:
    refused = write(browser, "id: broken\ntitle: [\n")
    assert refused.status == 400
    assert "not YAML" in refused.text
    assert "Line 3" in refused.text


def test_a_text_can_be_checked_without_being_saved(browser: Browser) -> None:
    policy_id = fresh_id()
    checked = write(browser, text_of(policy_id), check="true")
    assert "It can be saved" in checked.text
    assert browser.get(f"/policies/{policy_id}").status == 404
    assert "It cannot be saved like this" in write(browser, "id: x\nkind: app\n", check="true").text


def test_switching_is_kept_as_a_version_with_its_reason(browser: Browser) -> None:
    path = written(browser)
    page = browser.follow(browser.submit(browser.get(path), f"{path}/state", state="audit", reason="Looks right"))
    assert "judged, raises alerts, and does nothing else" in page.text
    newest = page.root.one("section", **{"aria-labelledby": "versions"}).all("li")[0]
    assert "audited" in newest.text
    assert newest.one("ins").text == "state: audit"
    assert newest.one("del").text == "state: inactive"
    assert "Reason: Looks right" in newest.text


def test_whoever_was_overtaken_changes_nothing_and_keeps_what_was_typed(browser: Browser) -> None:
    path = written(browser)
    seen = browser.get(path)
    browser.submit(seen, f"{path}/state", state="audit", reason="First")
    late = browser.submit(seen, f"{path}/definition", text=text_of(path.rpartition("/")[2], "Another title"))
    assert late.status == 412
    assert "changed while you were reading" in late.text
    assert "Another title" in late.root.one("textarea", name="text").text
    assert browser.get(path).root.one("h1").text == "Many users"


def test_a_refused_copy_leaves_the_form_for_tuning_as_it_stands(browser: Browser) -> None:
    path = f"/policies/{TUNABLE}"
    seen = browser.follow(
        browser.submit(browser.get(path), f"{path}/tuning", OWN_PAGE, **{"parameter.unusedFor": "45d"})
    )
    refused = browser.submit(seen, f"{path}/copy", id=TUNABLE, title="A copy")
    assert refused.status == 409
    assert refused.root.one("input", name="parameter.unusedFor").attributes["value"] == "45d"
    browser.submit(refused, f"{path}/removal")


def test_a_form_without_a_version_changes_nothing(browser: Browser) -> None:
    path = written(browser)
    assert browser.submit(browser.get(path), f"{path}/state", state="active", etag="").status == 412


def test_an_own_policy_is_rewritten_restored_deleted_and_brought_back(browser: Browser) -> None:
    path = written(browser)
    policy_id = path.rpartition("/")[2]
    page = browser.get(path)
    page = browser.follow(browser.submit(page, f"{path}/definition", text=text_of(policy_id, "Second title")))
    assert page.root.one("h1").text == "Second title"
    page = browser.follow(browser.submit(page, f"{path}/restore", reason="The first was better"))
    assert page.root.one("h1").text == "Many users"
    assert browser.submit(page, f"{path}/removal", reason="Not needed").header("location") == "/policies"
    gone = browser.get(path)
    assert "was deleted" in gone.root.one("h1").text
    [form] = [each for each in gone.root.all("form") if each.one("input", name="version").attributes["value"] == "3"]
    fields = {field.attributes["name"]: field.attributes["value"] for field in form.all("input")}
    back = browser.follow(browser.post(f"{path}/restore", fields))
    assert back.root.one("h1").text == "Many users"


def test_a_copy_is_ones_own_and_inactive(browser: Browser) -> None:
    copied = fresh_id()
    page = browser.get("/policies/grant-grows")
    assert not [form for form in page.root.all("form") if form.attributes["action"].endswith("/definition")]
    copy = browser.follow(browser.submit(page, "/policies/grant-grows/copy", id=copied, title="Mine"))
    assert "Mine" in copy.root.one("h1").text
    assert "Source your own" in copy.text
    assert "Now not judged" in copy.text
    again = browser.submit(page, "/policies/grant-grows/copy", id=copied)
    assert again.status == 409
    assert again.root.one("input", name="id").attributes["value"] == copied


def test_a_bundled_policy_is_tuned_and_put_back(browser: Browser) -> None:
    path, app_id = "/policies/monitor-unused-credentials", "aaaaaaaa-0000-4000-8000-00000000000a"
    page = browser.get(path)
    assert not [form for form in page.root.all("form") if form.attributes["action"] == f"{path}/removal"]
    changes = {"severity": "high", "except": app_id, "askForApproval": "true", "state": "audit"}
    page = browser.follow(browser.submit(page, f"{path}/tuning", OWN_PAGE, reason="Agreed", **changes))
    assert "Scope all apps but 1 app" in page.text
    assert "asks somebody to decide" in page.text
    assert page.root.one("textarea", name="except").text == app_id
    assert page.root.one("p", **{"class": "marks"}).text == "Audit High"
    back = browser.follow(browser.submit(page, f"{path}/removal"))
    assert "Scope all apps Actions alert only" in back.text


def test_a_value_of_a_bundled_policy_is_tuned_and_emptied_again(browser: Browser) -> None:
    path = f"/policies/{TUNABLE}"
    page = browser.follow(
        browser.submit(browser.get(path), f"{path}/tuning", OWN_PAGE, **{"parameter.unusedFor": "60d"})
    )
    assert "app.unusedFor is more than 60d" in page.text
    assert page.root.one("input", name="parameter.unusedFor").attributes["value"] == "60d"
    wrong = browser.submit(page, f"{path}/tuning", OWN_PAGE, **{"parameter.unusedFor": "<b>never</b>"})
    assert wrong.status == 400
    assert wrong.root.one("input", name="parameter.unusedFor").attributes["value"] == "<b>never</b>"
    page = browser.follow(browser.submit(page, f"{path}/tuning", OWN_PAGE, **{"parameter.unusedFor": ""}))
    assert "app.unusedFor is more than 90d" in page.text


def test_acting_takes_the_right_to_remediate_as_well(browser: Browser) -> None:
    operator = Browser(browser.address, "security-operator")
    path = f"/policies/{TUNABLE}"
    refused = operator.submit(operator.get(path), f"{path}/tuning", disableApp="true")
    assert refused.status == 403
    assert "takes the right" in refused.text
    assert "disables the app" not in browser.get(path).text


def test_an_app_is_exempted_and_judged_again(browser: Browser, known: Know) -> None:
    app = known(make_app("Used once a year"))
    path = written(browser)
    unknown = browser.submit(browser.get(path), f"{path}/exempt", appId="nobody", reason="Once a year")
    assert unknown.status == 400
    assert "no app of this id is in the inventory" in unknown.text
    assert unknown.root.one("input", name="appId").attributes["value"] == "nobody"
    page = browser.follow(browser.submit(unknown, f"{path}/exempt", appId=app.app_id or ""))
    exemptions = page.root.one("section", **{"aria-labelledby": "exemptions"})
    assert "Used once a year until" in exemptions.text
    assert "Once a year" in exemptions.text
    page = browser.follow(browser.submit(page, f"{path}/end-exemption"))
    assert "Used once a year ended" in page.root.one("section", **{"aria-labelledby": "exemptions"}).text


def test_the_alerts_of_a_policy_stand_on_its_page_and_lead_back(browser: Browser, raise_alert: Raise) -> None:
    alert = raise_alert(finding(event("of the policy"), policy="self-granted-app-role"))
    [link] = [link for link in browser.get(f"/alerts/{alert}").root.all("a") if "self-granted" in link.text]
    page = browser.get(link.attributes["href"])
    assert f"/alerts/{alert}" in [link.attributes["href"] for link in page.root.all("a")]
    assert "open of 1; the newest" in page.text


def test_there_is_no_page_of_a_policy_that_never_was_or_of_another_change(browser: Browser) -> None:
    assert browser.get("/policies/never-was").status == 404
    assert browser.get(f"/policies/{TUNABLE}/paint").status == 404
    assert browser.get("/new-policy", template="nothing").status == 404


def test_text_of_a_policy_is_never_markup(browser: Browser) -> None:
    page = browser.follow(write(browser, text_of(fresh_id(), '"</textarea><script>a\\u202e</script>"')))
    assert page.root.one("h1").text == "</textarea><script>a⟨U+202E⟩</script>"
    assert len(page.root.all("script")) == 1
    assert "\u202e" not in page.html
