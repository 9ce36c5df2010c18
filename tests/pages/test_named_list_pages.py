"""The pages of named lists: who uses them, what was changed, and what their forms do."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.pages.named_list_values import deceptive, troubles_in, values_of
from shared.pipeline.governance.errors import PolicyRefused, StalePolicy
from shared.policies.errors import Problem
from tests.pages.browser import OWN_PAGE, Browser, Page
from tests.pages.documents import Element, fields_of
from tests.pages.policies import fresh_id, write


@pytest.fixture(scope="module")
def reader(browser: Browser) -> Browser:
    return Browser(browser.address, "security-reader")


@pytest.fixture(scope="module")
def operator(browser: Browser) -> Browser:
    """May write policies, but not have apps disabled."""
    return Browser(browser.address, "security-operator")


def fresh_name() -> str:
    return f"list{uuid4().hex[:10]}"


def made(browser: Browser, values: str, **fields: str) -> str:
    """The path of a new list."""
    name = fresh_name()
    page = browser.submit(browser.get("/lists"), "/lists", OWN_PAGE, name=name, values=values, **fields)
    assert page.status == 303, page.text
    return f"/lists/{name}"


def form_of(page: Page, button: str) -> Element:
    [found] = [form for form in page.root.all("form") if button in [each.text for each in form.all("button")]]
    return found


def send(browser: Browser, page: Page, button: str, **changes: str) -> Page:
    form = form_of(page, button)
    return browser.post(form.attributes["action"], {**fields_of(form), **changes})


def newest(page: Page) -> Element:
    return page.root.one("section", **{"aria-labelledby": "history"}).all("li")[0]


def test_a_list_is_made_and_listed_with_its_size_and_who_made_it(browser: Browser) -> None:
    path = made(browser, "Contoso\r\n\r\n  Fabrikam  \r\n", description="Whom we know", reason="Ticket 12")
    page = browser.get(path, saved="true")
    assert "Saved." in page.text
    assert page.root.one("textarea", name="values").text == "Contoso Fabrikam"
    assert [line.text for line in newest(page).all("ins")] == ["Contoso", "Fabrikam"]
    assert "created Contoso Fabrikam Reason: Ticket 12" in newest(page).text
    rows = browser.get("/lists").root.all("tr")
    [row] = [row for row in rows if path in [link.attributes["href"] for link in row.all("a")]]
    cells = {cell.attributes["data-name"]: cell.text for cell in row.all("td")}
    assert (cells["Values"], cells["Used by"]) == ("2", "no policy")
    assert "security-administrator" in cells["Last change"]
    assert "Whom we know" in row.one("th").text


def test_what_was_added_and_removed_stands_in_the_history(browser: Browser) -> None:
    path = made(browser, "stays\ngoes")
    page = browser.follow(send(browser, browser.get(path), "Save the list", values="stays\ncomes", reason="Swapped"))
    change = newest(page)
    assert (change.one("ins").text, change.one("del").text) == ("comes", "goes")
    assert "Reason: Swapped" in change.text


def test_a_wrong_value_is_told_by_its_line_and_what_was_typed_stays(browser: Browser) -> None:
    path = made(browser, "first")
    refused = send(browser, browser.get(path), "Save the list", values="first\n\nfirst\nhid\u202eden", reason="Why")
    assert refused.status == 400
    assert "Line 3, first: this value is in the list already" in refused.text
    assert "Line 4, hid⟨U+202E⟩den: write text without spaces around it" in refused.text
    assert refused.root.one("textarea", name="values").attributes["aria-invalid"] == "true"
    typed = fields_of(form_of(refused, "Save the list"))
    assert (typed["values"], typed["reason"]) == ("\nfirst\n\nfirst\nhid\u202eden", "Why")
    assert browser.get(path).root.one("textarea", name="values").text == "first"


def test_a_name_that_is_taken_or_no_name_makes_no_list(browser: Browser) -> None:
    path = made(browser, "mine")
    for name in (path.rpartition("/")[2], "riskyScopes", "9lives"):
        refused = browser.submit(browser.get("/lists"), "/lists", name=name, values="other")
        assert refused.status == 400
        assert refused.root.one("input", name="name").attributes["value"] == name
        assert refused.root.one("textarea", name="values").text == "other"
    assert browser.get(path).root.one("textarea", name="values").text == "mine"


def test_whoever_was_overtaken_changes_nothing(browser: Browser) -> None:
    path = made(browser, "first")
    seen = browser.get(path)
    send(browser, seen, "Save the list", values="second")
    late = send(browser, seen, "Save the list", values="third")
    assert late.status == 412
    assert "changed while you were reading" in late.text
    assert newest(late).one("ins").text == "second"
    assert send(browser, late, "Save the list", etag="").status == 412


def test_a_list_in_use_is_not_deleted_and_one_that_nothing_uses_leaves_its_history(browser: Browser) -> None:
    path, policy_id = made(browser, "Contoso"), fresh_id()
    unused = browser.get(path)
    condition = f"when: {{app.publisher.name: {{in: {{list: {path.rpartition('/')[2]}}}}}}}"
    assert write(browser, f"id: {policy_id}\nkind: app\ntitle: By a list\nstate: inactive\n{condition}\n").status == 303
    page = browser.get(path)
    assert page.root.one("a", href=f"/policies/{policy_id}").text == "By a list"
    assert "Delete the list" not in page.text
    refused = send(browser, unused, "Delete the list")
    assert refused.status == 400
    assert f"policies refer to it: {policy_id}" in refused.text
    other = made(browser, "Fabrikam")
    gone = browser.follow(send(browser, browser.get(other), "Delete the list", reason="Not needed"))
    assert "Done." in gone.text
    assert other not in [link.attributes["href"] for link in gone.root.all("a")]
    history = browser.get(other)
    assert history.status == 200
    assert "was deleted" in history.root.one("h1").text
    assert "Reason: Not needed" in newest(history).text


def test_bundled_lists_are_shown_with_their_users_and_have_no_form(browser: Browser) -> None:
    page = browser.get("/lists/riskyScopes")
    assert page.root.all("form") == []
    assert "Mail.ReadWrite" in [item.text for item in page.root.one("ul", **{"class": "list-values"}).all("li")]
    assert page.root.one("section", **{"aria-labelledby": "used-by"}).all("a")
    assert browser.get("/lists/neverWas").status == 404


def test_a_list_that_is_there_from_the_start_can_be_filled_and_emptied_but_not_deleted(browser: Browser) -> None:
    page = browser.get("/lists/trustedPublishers")
    assert "Delete the list" not in page.text
    page = browser.follow(send(browser, page, "Save the list", values="Contoso", reason="Known"))
    assert "Values 1" in page.text
    page = browser.follow(send(browser, page, "Save the list", values="", reason="Again unknown"))
    assert "Values 0" in page.text
    assert newest(page).one("del").text == "Contoso"


def test_who_may_not_write_sees_no_form(reader: Browser, operator: Browser) -> None:
    assert reader.get("/lists").root.all("form") == []
    page = reader.get("/lists/priorityUsers")
    assert page.root.all("form") == []
    assert "takes the right Write policies" in page.text
    assert "Save the list" in operator.get("/lists/priorityUsers").text
    page = operator.get("/lists/protectedApps")
    assert page.root.all("form") == []
    assert "takes the right Request remediation as well" in page.text


def test_the_list_that_guards_remediation_is_refused_to_whoever_may_not_remediate(operator: Browser) -> None:
    fields = fields_of(form_of(operator.get("/lists/priorityUsers"), "Save the list"))
    refused = operator.post("/lists/protectedApps", {**fields, "etag": '"0"', "values": "x"})
    assert refused.status == 403
    assert "takes the right" in refused.text


def test_values_are_never_markup_and_look_alikes_are_marked(browser: Browser, reader: Browser) -> None:
    path = made(browser, "</textarea><script>a</script>\n\u041cicrosoft\nContoso", description="<b>bold</b>")
    for page in (browser.get(path), reader.get(path), browser.get("/lists")):
        assert len(page.root.all("script")) == 1
        assert page.root.one("main").all("b") == []
    marked = browser.get(path).root.one("ul", **{"class": "troubles"}).all("li")
    assert [item.text for item in marked] == [
        "⟨U+041C⟩icrosoft Contains a letter of another alphabet or style: U+041C, CYRILLIC CAPITAL LETTER EM"
    ]
    assert "⟨U+041C⟩icrosoft" in [item.text for item in reader.get(path).root.all("li")]


def test_as_many_values_as_a_list_may_hold_fit_into_the_form(browser: Browser) -> None:
    values = "\n".join(f"{number:04}{'é' * 45}" for number in range(2_000))
    page = browser.get(made(browser, values))
    assert "Values 2,000" in page.text


@given(values=st.lists(st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1), max_size=20))
def test_values_come_back_from_the_form_as_they_were(values: list[str]) -> None:
    assert values_of("\n".join(values)) == values


@given(lines=st.lists(st.sampled_from(["", "  ", "\t", "a", " b ", "c\u2028d"]), max_size=12), data=st.data())
def test_a_trouble_names_the_line_of_its_value(lines: list[str], data: st.DataObject) -> None:
    text = "\n".join(lines)
    values = values_of(text)
    index = data.draw(st.integers(0, len(values)))
    [trouble] = troubles_in(PolicyRefused([Problem("wrong", ("values", index))]), text)
    if index < len(values):
        assert lines[trouble.line - 1].strip(" \t") == trouble.source == values[index]
    else:
        assert (trouble.line, trouble.field) == (0, f"values[{index}]")


def test_what_is_not_about_the_values_names_no_line() -> None:
    [trouble] = troubles_in(PolicyRefused([Problem("taken", ("name",))]), "a\nb")
    assert (trouble.line, trouble.field, trouble.message) == (0, "name", "taken")
    assert troubles_in(StalePolicy(), "a") == []


def test_a_name_in_one_alphabet_is_what_it_seems() -> None:
    assert deceptive(["Contoso", "Яндекс", "Müller & Söhne"]) == []
    assert deceptive(["Cont\u043eso", "\u0430\u0435\u043e"]) == ["Cont\u043eso", "\u0430\u0435\u043e"]
