"""The page of the users who consented to an app."""

import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from msgspec import structs

from shared.domain.apps import App
from shared.domain.directory import DirectoryKind
from shared.domain.microsoft import MICROSOFT_GRAPH
from shared.domain.people import Person
from shared.pipeline.services import Services
from tests.pages import test_page_markup as markup
from tests.pages.apps import make_app
from tests.pages.browser import Browser, Page
from tests.pages.conftest import Build, Know
from tests.pages.stored import store
from tests.pages.test_page_safety import HOSTILE

GRAPH_OBJECT = "aaaaaaaa-0000-4000-8000-0000000000aa"


def user_id(number: int) -> str:
    return str(UUID(int=(0xC0FFEE << 80) + number))


def consented(built: Build, app: App, *users: str, scope: str = " Mail.Read User.Read") -> None:
    """These users consented to the app, as the mirror has it."""

    def grant(user: str) -> dict[str, Any]:
        return {
            "id": f"grant-{user}",
            "clientId": app.service_principal_id,
            "consentType": "Principal",
            "principalId": user,
            "resourceId": GRAPH_OBJECT,
            "scope": scope,
        }

    async def tell(services: Services) -> None:
        principals: list[dict[str, Any]] = [
            {"id": app.service_principal_id, "appId": app.app_id},
            {"id": GRAPH_OBJECT, "appId": MICROSOFT_GRAPH, "displayName": "Microsoft Graph"},
        ]
        await services.mirror.save(DirectoryKind.SERVICE_PRINCIPALS, principals, 1)
        await services.mirror.save(DirectoryKind.GRANTS, [grant(user) for user in users], 1)

    store(built, tell)


def rows_of(page: Page) -> list[str]:
    return [row.text for table in page.root.all("tbody") for row in table.all("tr")]


def ids_on(page: Page) -> list[str]:
    """Of users of whom only the id is known."""
    return [code.text for code in page.root.one("tbody").all("code")]


def test_users_are_told_with_what_they_consented_to_and_what_matters_of_them(
    browser: Browser, known: Know, built: Build
) -> None:
    app = known(make_app("Let in"))
    ada, bob, gone = user_id(1), user_id(2), user_id(3)
    people = [
        Person(
            id=ada,
            name="Ada",
            user_principal_name="ada@contoso.example",
            guest=False,
            enabled=True,
            roles=("Global Reader",),
            priority=True,
        ),
        Person(id=bob, name="Bob", user_principal_name="bob@contoso.example", guest=True, enabled=False),
    ]
    store(built, lambda services: services.people.save(people, 1))
    consented(built, app, ada, bob, gone)
    page = browser.get(f"/app-users/{app.app_id}")
    assert rows_of(page) == [
        "Ada priority account ada@contoso.example Microsoft Graph: Mail.Read, User.Read member enabled Global Reader",
        "Bob bob@contoso.example Microsoft Graph: Mail.Read, User.Read guest disabled none known",
        f"{gone} Microsoft Graph: Mail.Read, User.Read not known none known",
    ]
    assert "3 users consented for themselves" in page.text
    assert "Not read yet: users." in page.text
    assert f"/apps/{app.app_id}" in [link.attributes["href"] for link in page.root.all("a")]


def test_the_page_is_reached_from_the_page_of_the_app_and_by_an_object_id(
    browser: Browser, known: Know, built: Build
) -> None:
    app = known(make_app("Reached"))
    consented(built, app, user_id(10))
    links = [link.attributes["href"] for link in browser.get(f"/apps/{app.app_id}").root.all("a")]
    assert f"/app-users/{app.app_id}" in links
    assert len(rows_of(browser.get(f"/app-users/{app.service_principal_id}"))) == 1


def test_a_thousand_consents_are_shown_a_page_at_a_time(browser: Browser, known: Know, built: Build) -> None:
    app = known(structs.replace(make_app("Popular"), consented_users=1200))
    users = [user_id(number) for number in range(1000, 2200)]
    consented(built, app, *users)
    assert "The 1,200 users who consented" in browser.get(f"/apps/{app.app_id}").text
    first = browser.get(f"/app-users/{app.app_id}", top="200")
    following = first.root.one("a", rel="next").attributes["href"]
    second = browser.get(f"/app-users/{app.app_id}{following}")
    last = browser.get(f"/app-users/{app.app_id}", top="200", cursor=users[1099])
    assert ids_on(first) + ids_on(second) == users[:400]
    assert ids_on(last) == users[1100:]
    assert [link for link in last.root.all("a") if link.attributes.get("rel") == "next"] == []
    for page in (first, second, last):
        assert "1,200 users consented" in page.text
        assert ("First page" in page.text) == (page is not first)


def test_an_app_that_nobody_consented_to_says_so(browser: Browser, known: Know) -> None:
    app = known(make_app("Left alone"))
    assert "No user is known to have consented" in browser.get(f"/app-users/{app.app_id}").text
    assert browser.get(f"/app-users/{uuid4()}").status == 404


@pytest.mark.parametrize("cursor", ["made-up", "' or 1 eq 1", "A" * 36])
def test_a_cursor_of_somebody_else_is_refused_by_name(browser: Browser, known: Know, cursor: str) -> None:
    page = browser.get(f"/app-users/{known(make_app('Leafed')).app_id}", cursor=cursor)
    assert (page.status, "cursor" in page.text) == (400, True)


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_what_attackers_wrote_is_text(browser: Browser, known: Know, built: Build, number: int) -> None:
    text = HOSTILE[number]
    app, user = known(make_app(text)), user_id(20 + number)
    person = Person(id=user, name=text, user_principal_name=text, roles=(text,))
    store(built, lambda services: services.people.save([person], 1))
    consented(built, app, user, scope=text)
    page = browser.get(f"/app-users/{app.app_id}")
    assert len(rows_of(page)) == 1
    for element in page.root.every():
        assert element.name not in {"style", "img", "iframe", "object", "embed", "base"}
        assert not [name for name in element.attributes if name.startswith("on") or name == "style"]
        if element.name == "a":
            assert re.match(r"/(?!/)|[?#]", element.attributes["href"])
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b-\u200f\u2028\u2029\x00]", page.html)


def test_the_page_keeps_to_the_rules_of_markup(browser: Browser, known: Know, built: Build) -> None:
    app = known(make_app("Users well formed"))
    consented(built, app, user_id(90), user_id(91))
    roots = {"users": browser.get(f"/app-users/{app.app_id}").root}
    markup.test_every_page_has_its_language_title_heading_and_a_way_past_the_menu(roots)
    markup.test_headings_go_down_one_level_at_a_time(roots)
    markup.test_every_table_names_its_columns_and_rows(roots)
    markup.test_the_cells_of_wide_tables_say_on_a_narrow_screen_what_they_are(roots)
