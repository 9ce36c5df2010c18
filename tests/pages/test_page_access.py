"""Every page by every kind of visitor, and every form from anywhere but our own pages."""

from itertools import product
from urllib.parse import parse_qs, urlsplit

import pytest

from functions.models.shapes import Parameters
from functions.pages.assets import asset_address
from functions.pages.forms import Form
from functions.pages.route import Anyone, PageRoute
from functions.pages.routes import PAGES
from local.host.identity.personas import PERSONAS
from shared.domain.roles import RIGHTS, Right
from tests.conftest import RecordFigure
from tests.functions.test_access import RIGHTS as RIGHTS_OF_PERSONAS
from tests.local.host.sample_host import send
from tests.pages.browser import Browser, Page

USERS = [persona.name for persona in PERSONAS.values() if not persona.is_app]
FORMS = [route for route in PAGES if route.method == "POST"]
REMEDIATE = frozenset({Right.REQUEST_REMEDIATION, Right.APPROVE_REMEDIATION})
ADMINISTRATORS = {"compliance-administrator", "global-administrator", "security-administrator"}

type AnyPage = PageRoute[Parameters, Form]


def rights_of(persona: str) -> frozenset[Right]:
    return RIGHTS_OF_PERSONAS[persona] | (REMEDIATE if persona in ADMINISTRATORS else frozenset())


def path_of(route: AnyPage) -> str:
    if route.right is Anyone.SIGNED_IN:
        return asset_address("consentry.css")
    names = {"route": "teams", "number": "1", "action": "disable", "change": "state", "name": "priorityUsers"}
    return route.address(id=f"{'a' * 32}-1", **names)


def ask(browser: Browser, route: AnyPage) -> Page:
    return browser.post(path_of(route), {}) if route.method == "POST" else browser.get(path_of(route))


@pytest.fixture(scope="module")
def browsers(browser: Browser) -> dict[str, Browser]:
    return {persona: Browser(browser.address, persona) for persona in USERS}


@pytest.mark.parametrize(("route", "persona"), [*product(PAGES, USERS)], ids=lambda one: getattr(one, "name", one))
def test_a_page_answers_only_who_has_its_right(
    browsers: dict[str, Browser], route: AnyPage, persona: str, record_figure: RecordFigure
) -> None:
    page = ask(browsers[persona], route)
    if isinstance(route.right, Right) and route.right not in rights_of(persona):
        assert page.status == 403
        assert f"It takes the right {route.right.value}" in page.text
        roles = [item.text for item in page.root.one("main").all("li")]
        assert roles == [role.value for role, rights in RIGHTS.items() if route.right in rights]
    elif route.method == "POST":
        # Without its token a form is refused, but not for want of a right.
        assert "The form is not one that this site gave you" in page.text
    else:
        assert page.status in {200, 404}
    record_figure("S8", "visitors by pages that were answered as in the table", 1)


@pytest.mark.parametrize("route", PAGES, ids=lambda route: route.name)
def test_a_stranger_is_sent_to_sign_in_and_back_to_the_same_page(stranger: Browser, route: AnyPage) -> None:
    page = ask(stranger, route)
    assert page.status == 303
    location = urlsplit(page.header("location") or "")
    assert (location.netloc, location.path) == ("", "/.auth/login/aad")
    assert parse_qs(location.query) == {"post_login_redirect_uri": [path_of(route)]}
    assert page.answer.body == b""


def test_the_filters_of_a_page_survive_signing_in(stranger: Browser) -> None:
    page = stranger.get("/alerts?severity=high&severity=low&text=a+%26+b")
    [back] = parse_qs(urlsplit(page.header("location") or "").query)["post_login_redirect_uri"]
    assert back == "/alerts?severity=high&severity=low&text=a+%26+b"


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "//evil.example/alerts",
        "/alerts/%2F%2Fevil.example",
        "/alerts/https:%2F%2Fevil.example",
        "/alerts/%5C%5Cevil.example",
        "/alerts/%0D%0ALocation:%20https:%2F%2Fevil.example",
        "/.%2F/evil.example",
    ],
)
def test_no_path_makes_signing_in_lead_to_another_site(stranger: Browser, path: str) -> None:
    page = stranger.get(path)
    assert page.status in {303, 404}
    if page.status == 303:
        location = urlsplit(page.header("location") or "")
        assert (location.scheme, location.netloc, location.path) == ("", "", "/.auth/login/aad")
        [back] = parse_qs(location.query)["post_login_redirect_uri"]
        assert back.startswith("/alerts/")
        assert "\\" not in back
        assert "\n" not in back


def test_a_forged_principal_opens_no_page(stranger: Browser, record_figure: RecordFigure) -> None:
    for route in PAGES:
        answer = send(stranger.address, path_of(route), route.method, (("X-MS-CLIENT-PRINCIPAL", "e30="),))
        assert answer.status == 303
    record_figure("S6", "pages that refused a forged header", len(PAGES))


@pytest.mark.parametrize(
    "headers",
    [
        (("Sec-Fetch-Site", "cross-site"),),
        (("Sec-Fetch-Site", "same-site"),),
        (("Sec-Fetch-Site", "none"),),
        (("Sec-Fetch-Site", "cross-site"), ("Origin", "http://127.0.0.1")),
        (("Origin", "https://evil.example"),),
        (("Origin", "null"),),
        (),
    ],
    ids=str,
)
def test_a_form_of_another_site_is_refused_although_its_token_is_right(
    browser: Browser, headers: tuple[tuple[str, str], ...], record_figure: RecordFigure
) -> None:
    token = token_of(browser)
    for route in FORMS:
        refused = browser.post(path_of(route), {"formToken": token}, headers)
        assert refused.status == 403
        assert "The form is not one that this site gave you" in refused.text
    record_figure("S10", "forms of other sites refused", len(FORMS))


def test_a_form_is_taken_by_its_origin_where_a_browser_says_no_more(browser: Browser) -> None:
    fields = {"formToken": token_of(browser), "status": "new"}
    page = browser.post(f"/alerts/{'a' * 32}-1", fields, (("Origin", browser.address),))
    assert page.status == 400


@pytest.mark.parametrize("token", ["", "0" * 64, "é"])
def test_a_form_without_our_token_is_refused(browser: Browser, token: str, record_figure: RecordFigure) -> None:
    for route in FORMS:
        assert browser.post(path_of(route), {"formToken": token}).status == 403
    record_figure("S10", "forms of other sites refused", len(FORMS))


def test_the_token_of_another_person_is_refused(browser: Browser, browsers: dict[str, Browser]) -> None:
    token = token_of(browsers["security-operator"])
    assert browser.post(f"/alerts/{'a' * 32}-1", {"formToken": token}).status == 403


@pytest.mark.parametrize("media_type", ["text/plain", "application/json", "multipart/form-data", ""])
def test_a_form_of_another_media_type_is_refused(browser: Browser, media_type: str) -> None:
    headers = (("Content-Type", media_type), ("Sec-Fetch-Site", "same-origin"))
    page = browser.request("POST", f"/alerts/{'a' * 32}-1", headers, b'{"status": "resolved"}')
    assert page.status == 415


def test_a_form_that_is_too_large_is_refused(browser: Browser) -> None:
    assert browser.post(f"/alerts/{'a' * 32}-1", {"comment": "x" * 140_000}).status == 413


def token_of(browser: Browser) -> str:
    """From a page with a form that every visitor of these tests may see."""
    page = browser.get("/heartbeats/teams/1")
    return page.root.one("input", name="formToken").attributes["value"]
