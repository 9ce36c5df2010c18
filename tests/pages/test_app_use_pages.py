"""What the pages show of the data that apps use, of the permissions they use, and of where they sign in from."""

from datetime import UTC, date, datetime

from msgspec import structs

from functions.pages.data_use_view import HEIGHT, bars, told
from shared.domain.app_use import ServiceUse
from shared.domain.apps import App
from shared.domain.data_use import CountryUse, DataUse
from shared.domain.events import Service
from shared.domain.permission_activity import PermissionActivity
from tests.pages.app_details import DAY, full_app, rows_of, said, section
from tests.pages.apps import NOW, make_app
from tests.pages.browser import Browser
from tests.pages.conftest import Know

HOSTILE = '<img src=x onerror="alert(1)">'


def using(app: App, country: str = "SE") -> App:
    mail = ServiceUse(events=3, items_read=1200, bytes_read=5_000_000)
    return structs.replace(
        app,
        data_use=DataUse(
            through=date(2026, 11, 23),
            recent={Service.EXCHANGE: mail},
            before={Service.EXCHANGE: ServiceUse(items_read=600)},
            months={
                "2026-10": ServiceUse(items_read=300),
                "2026-11": ServiceUse(items_read=1200, bytes_read=5_000_000),
            },
        ),
        permission_use=PermissionActivity(
            through=NOW, since=datetime(2026, 8, 1, tzinfo=UTC), last_used={"delegated Mail.Read": NOW - DAY}
        ),
        countries=(CountryUse(country, 41),),
        users_30d=7,
    )


def test_the_page_of_an_app_shows_what_it_did_with_data(browser: Browser, known: Know) -> None:
    page = browser.get(f"/apps/{known(using(full_app('Reads mail'))).app_id}")
    shown = section(page, "data-use")
    assert (
        "1,200 items in the 30 days to 2026-11-23, at least 5.0 MB; 600 in the 30 days before (+100 %)." in shown.text
    )
    assert rows_of(page, "data-use") == [
        "Exchange 1,200 0 0 5.0 MB 0 bytes 0",
        "2026-10 300 0 bytes",
        "2026-11 1,200 5.0 MB",
    ]
    assert shown.one("svg").attributes["aria-label"] == "Items by month: 300 in 2026-10, 1,200 in 2026-11"
    assert [bar.attributes["height"] for bar in shown.all("rect")] == ["15", str(HEIGHT)]


def test_the_page_of_an_app_tells_which_permission_was_used_when(browser: Browser, known: Know) -> None:
    page = browser.get(f"/apps/{known(using(full_app('Uses one'))).app_id}")
    [mail] = [row for row in rows_of(page, "permissions") if row.startswith("Mail.Read ")]
    assert "used" in mail
    assert "a request that it could have allowed succeeded" in mail
    assert "Requests to Microsoft Graph were collected from" in section(page, "permissions").text


def test_the_page_of_an_app_tells_where_it_signs_in_from(browser: Browser, known: Know) -> None:
    page = browser.get(f"/apps/{known(using(full_app('Travels'))).app_id}")
    assert "SE 41" in rows_of(page, "sign-ins")
    assert "It acted for 7 users in 30 days." in section(page, "sign-ins").text


def test_what_is_not_collected_says_what_would_bring_it(browser: Browser, known: Know) -> None:
    page = browser.get(f"/apps/{known(full_app('Not watched')).app_id}")
    assert "Not collected" in said(page, "data-use")
    assert "exchangeAudits" in said(page, "data-use")
    assert "servicePrincipalSignIns" in section(page, "sign-ins").text
    assert "graphActivity" in section(page, "permissions").text


def test_a_country_of_a_record_is_shown_as_text(browser: Browser, known: Know) -> None:
    app = known(using(make_app("Says too much"), HOSTILE))
    for page in (browser.get(f"/apps/{app.app_id}"), browser.get("/")):
        assert HOSTILE in page.text
        assert not page.root.all("img")


def test_the_list_filters_and_sorts_by_data_use(browser: Browser, known: Know) -> None:
    known(using(make_app("Uses much")))
    known(make_app("Uses nothing"))
    page = browser.get("/apps?dataUseFrom=1200&sort=-dataUseItems")
    assert "Uses much" in page.text
    assert "Uses nothing" not in page.text
    assert "1,200 items +100 %" in page.text
    assert "Uses much" not in browser.get("/apps?dataUseFrom=1201").text


def test_the_overview_sums_up_what_apps_did(browser: Browser, known: Know) -> None:
    app = using(make_app("Uses most"), "IS")
    assert app.data_use
    recent = {Service.TEAMS: ServiceUse(items_read=70_000)}
    known(structs.replace(app, data_use=structs.replace(app.data_use, recent=recent)))
    shown = said(browser.get("/"), "data-use")
    assert "Apps with the most items Uses most 70,000 items" in shown
    assert "Teams 70,000 items, 1 app" in shown
    assert "IS 41" in shown


def test_a_month_with_anything_has_a_bar() -> None:
    shown = bars({"2026-01": ServiceUse(), "2026-02": ServiceUse(items_read=1), "2026-03": ServiceUse(items_sent=900)})
    assert [bar.height for bar in shown] == [0, 1, HEIGHT]
    assert told(shown) == "Items by month: 0 in 2026-01, 1 in 2026-02, 900 in 2026-03"
    assert bars({}) == []
