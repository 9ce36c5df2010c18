"""Signing in to the local host with a browser, as far as it behaves like App Service."""

import pytest

from local.host.identity.personas import PERSONAS
from local.host.identity.sessions import session_of
from tests.pages.browser import Browser


def test_the_page_offers_every_person_and_no_program(stranger: Browser) -> None:
    page = stranger.get("/.auth/login/aad", post_login_redirect_uri="/alerts")
    offered = [button.attributes["value"] for button in page.root.all("button")]
    assert offered == [persona.name for persona in PERSONAS.values() if not persona.is_app]
    assert page.root.one("form").attributes["action"] == "/.auth/login/aad?post_login_redirect_uri=%2Falerts"


def test_whoever_signs_in_comes_back_and_is_known(browser: Browser) -> None:
    own = Browser(browser.address)
    back = own.sign_in("security-reader", "/alerts?severity=high")
    assert (back.status, back.header("location")) == (302, "/alerts?severity=high")
    page = own.follow(back)
    assert page.status == 200
    assert "security-reader@local.test" in page.html


def test_the_cookie_is_kept_from_scripts_and_other_sites(browser: Browser) -> None:
    cookie = Browser(browser.address).sign_in("security-reader").header("set-cookie") or ""
    assert cookie.startswith("AppServiceAuthSession=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}


def test_whoever_signs_out_is_a_stranger(browser: Browser) -> None:
    own = Browser(browser.address, "security-reader")
    assert own.get("/.auth/logout").status == 302
    assert own.get("/alerts").status == 303


@pytest.mark.parametrize("back", ["https://evil.example", "//evil.example", "/\\evil.example", "evil", "/a\nb", "/é"])
def test_signing_in_leads_to_no_other_site(browser: Browser, back: str) -> None:
    assert Browser(browser.address).sign_in("security-reader", back).header("location") == "/"


def test_nobody_signs_in_as_who_is_not_there(browser: Browser) -> None:
    page = Browser(browser.address).sign_in("root")
    assert (page.status, page.header("set-cookie")) == (404, None)


@pytest.mark.parametrize("cookie", ["AppServiceAuthSession=forged", "AppServiceAuthSession=", "a=b; ;;", "=\x01"])
def test_a_session_that_is_not_ours_says_nothing(stranger: Browser, cookie: str) -> None:
    assert stranger.request("GET", "/alerts", (("Cookie", cookie),)).status == 303


def test_a_cookie_header_without_a_session_has_none() -> None:
    assert session_of("theme=dark") is None
