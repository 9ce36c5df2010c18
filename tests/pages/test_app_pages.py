"""The list of apps and the page of one."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from functions.models.app_filters import AppFilters
from functions.pages.app_forms import AppsPageParameters, parameters_of
from functions.pages.app_views import VIEWS, AppView
from shared.domain.app_summaries import AppQuery, AppSort, AppStatus, Consent, PermissionType
from shared.domain.app_traits import Trait
from shared.domain.apps import Certification, Origin, SignIns
from shared.domain.inventory_reads import FullRead, InventoryState, PartState, ReadStage
from shared.domain.known import UNKNOWN
from shared.domain.ledger import SourceHealth
from shared.domain.privileges import Privilege
from shared.domain.usage_reads import UsageReport, UsageState
from tests.pages.apps import NOW, inventory_stands, make_app
from tests.pages.browser import Browser, Page
from tests.pages.conftest import Build, Know
from tests.pages.documents import Element, fields_of


def some[T](values: type[T]) -> st.SearchStrategy[frozenset[T] | None]:
    return st.none() | st.frozensets(st.sampled_from(list(values)), min_size=1)  # type: ignore[call-overload]  # an Enum


MOMENTS = st.none() | st.timedeltas(timedelta(0), timedelta(days=36500)).map(
    lambda since: datetime(2000, 1, 1, tzinfo=UTC) + since
)
WORDS = st.none() | st.text("abc Ä&=+%,'\"<>", min_size=1, max_size=20)
QUERIES: dict[str, st.SearchStrategy[object]] = {
    "text": WORDS,
    "origin": some(Origin),
    "privilege": some(Privilege),
    "consent": some(Consent),
    "status": some(AppStatus),
    "permission_type": some(PermissionType),
    "certification": some(Certification),
    "traits": some(Trait),
    "not_traits": some(Trait),
    "api": st.none() | st.frozensets(st.uuids().map(str), min_size=1),
    "permission": WORDS,
    "publisher": WORDS,
    "enabled": st.none() | st.booleans(),
    "verified": st.none() | st.booleans(),
    "risk_from": st.none() | st.integers(1, 100),
    "users_from": st.none() | st.integers(0, 10**6),
    "used_before": MOMENTS,
    "modified_after": MOMENTS,
    "include_microsoft": st.booleans(),
    "include_deleted": st.booleans(),
    "sort": st.sampled_from(AppSort),
    "descending": st.booleans(),
}


def listed(page: Page) -> list[str]:
    [table] = page.root.all("tbody")
    return [row.one("th").all("a")[0].text for row in table.all("tr")]


def cells(page: Page) -> dict[str, str]:
    """Of the only row."""
    [row] = page.root.one("tbody").all("tr")
    return {cell.attributes["data-name"]: cell.text for cell in row.all("td")}


def filter_form(page: Page) -> Element:
    return page.root.one("form", method="get")


def sent_by(form: Element) -> list[tuple[str, str]]:
    """All that a browser sends of a form that nobody touched, empty fields too."""
    sent = []
    for control in form.all("input", "select"):
        options = control.all("option")
        if control.attributes.get("type") == "checkbox":
            sent += (
                [(control.attributes["name"], control.attributes["value"])] if "checked" in control.attributes else []
            )
        elif options:
            chosen = [option for option in options if "selected" in option.attributes] or options[:1]
            sent.append((control.attributes["name"], chosen[0].attributes["value"]))
        else:
            sent.append((control.attributes["name"], control.attributes["value"]))
    return sent


def exported(page: Page) -> dict[str, str]:
    """What an export of the list would ask for: its filters and order, as they were understood."""
    fields = fields_of(page.root.one("form", method="post", action="/apps"))
    return {name: value for name, value in fields.items() if name not in {"formToken", "requestKey"}}


def test_the_list_shows_an_app_with_what_makes_it_risky(browser: Browser, known: Know) -> None:
    app = known(make_app("Listed Notes", created=NOW - timedelta(days=1)))
    page = browser.get("/apps", text="Listed Notes")
    head = page.root.one("tbody").one("th")
    assert head.all("a")[0].attributes["href"] == f"/apps/{app.app_id}"
    assert head.text == "Listed Notes new Publisher of Listed Notes not verified"
    found = cells(page)
    assert 1 <= int(found["Risk"]) <= 100
    assert found["Privilege"] == "High"
    assert found["Permission type"] == "Mixed"
    assert found["Origin"] == "External"
    assert found["Consent"] == "administrator, 3 users"
    assert found["Credentials expire"].endswith("soon")
    assert found["Status"] == "enabled"
    assert "1 day ago" in found["Added"]


def test_what_nobody_read_is_said_to_be_not_known(browser: Browser, known: Know, built: Build) -> None:
    known(structs.replace(make_app("Unread one"), permissions=UNKNOWN, credentials=UNKNOWN, origin=UNKNOWN))
    with inventory_stands(built, InventoryState()):
        page = browser.get("/apps", text="Unread one")
    found = cells(page)
    for column in ("Risk", "Permission type", "Origin", "Last used", "Credentials expire"):
        assert found[column] == "not known"
    assert "Not all is known: service principals not read yet" in page.text
    assert "sign-in activity of apps: not read yet" in page.text


def test_an_app_that_a_report_does_not_name_was_never_used_and_a_younger_one_may_have_been(
    browser: Browser, known: Know, built: Build
) -> None:
    known(structs.replace(make_app("Idle old"), sign_ins=None, use_read=NOW))
    known(structs.replace(make_app("Idle young", created=NOW), sign_ins=None))
    known(structs.replace(make_app("Idle not"), sign_ins=SignIns(last=NOW - timedelta(days=3))))
    report = PartState(last_read=NOW - timedelta(hours=2), objects=1)
    usage = UsageState(parts={UsageReport.SERVICE_PRINCIPAL_SIGN_INS: report})
    with inventory_stands(built, InventoryState(), usage):
        old, young, used = (browser.get("/apps", text=f"Idle {name}") for name in ("old", "young", "not"))
    assert cells(old)["Last used"] == "never"
    assert cells(young)["Last used"] == "not known"
    assert "3 days ago" in cells(used)["Last used"]


def test_what_could_not_be_read_names_the_permission_that_would_bring_it(browser: Browser, built: Build) -> None:
    reason = "the tenant has not granted RoleManagement.Read.Directory"
    missing = PartState(health=SourceHealth.PERMISSION_MISSING, reason=reason)
    state = InventoryState(last_complete_read=NOW, parts={ReadStage.ROLE_ASSIGNMENTS: missing})
    with inventory_stands(built, state):
        page = browser.get("/apps")
        overview = browser.get("/")
    for each in (page, overview):
        assert "directory roles: permission missing. " + reason in each.text
    assert "has not been read completely" not in page.text


def test_a_first_read_shows_how_far_it_is(browser: Browser, built: Build) -> None:
    running = FullRead(
        number=1,
        started=NOW,
        links={},
        objects={ReadStage.SERVICE_PRINCIPALS: 3400},
        expected={ReadStage.SERVICE_PRINCIPALS: 10_000},
    )
    with inventory_stands(built, InventoryState(running=running)):
        pages = [browser.get("/apps"), browser.get("/")]
    for page in pages:
        assert "3,400 of about 10,000 service principals" in page.text
        bar = page.root.one("progress")
        assert (bar.attributes["value"], bar.attributes["max"]) == ("3400", "10000")


def test_every_filter_of_the_list_has_a_field_and_every_column_can_be_sorted_by(browser: Browser) -> None:
    form = filter_form(browser.get("/apps"))
    names = {control.attributes["name"] for control in form.all("input", "select")}
    assert names == {field.alias for field in AppFilters.model_fields.values()} | {"order"}
    sorts = [option.attributes["value"] for option in form.one("select", name="sort").all("option")]
    assert sorted(sorts) == sorted(AppSort)


def test_a_form_that_nobody_touched_asks_for_the_same_again(browser: Browser, known: Know) -> None:
    known(make_app("Asked for"))
    asked = {
        "text": "Asked for",
        "privilege": "high,medium",
        "riskFrom": "1",
        "trait": "external,unverified",
        "notTrait": "noDataAccess",
        "status": "enabled",
        "api": "00000003-0000-0000-c000-000000000000",
        "permission": "Mail.ReadWrite",
        "verified": "false",
        "hasOwner": "true",
        "usersFrom": "0",
        "createdAfter": "2020-02-01T00:00:00Z",
        "includeMicrosoft": "true",
        "sort": "-createdDateTime",
    }
    page = browser.get("/apps", **asked)
    assert exported(page) == asked
    again = browser.request("GET", f"/apps?{urlencode(sent_by(filter_form(page)))}")
    assert exported(again) == asked
    assert listed(again) == ["Asked for"]


@given(st.builds(AppQuery, **QUERIES))
def test_a_query_comes_back_from_its_address_as_it_was(query: AppQuery) -> None:
    assert AppsPageParameters.model_validate(parameters_of(query)).query() == query


@pytest.mark.parametrize("sort", AppSort)
def test_the_list_is_sorted_by_any_column_either_way(browser: Browser, known: Know, sort: AppSort) -> None:
    known(make_app("Either way"))
    for order, direction in (("ascending", sort.value), ("descending", f"-{sort.value}")):
        page = browser.get("/apps", text="Either way", sort=sort.value, order=order)
        assert page.status == 200
        assert exported(page)["sort"] == direction


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_a_view_is_a_link_that_is_marked_where_it_leads(browser: Browser, known: Know, view: AppView) -> None:
    known(make_app("In some views"))
    page = browser.get(view.address)
    assert page.status == 200
    current = page.root.one("nav", **{"aria-label": "Views"}).one("a", **{"aria-current": "page"})
    assert (current.text, current.attributes["href"]) == (view.name, view.address)


def test_a_view_lists_what_its_name_says(browser: Browser, known: Know) -> None:
    known(make_app("Viewed external"))
    known(structs.replace(make_app("Viewed own"), origin=Origin.INTERNAL, owners=(), owner_count=0))
    gone = structs.replace(make_app("Viewed gone"), deleted=NOW)
    known(gone)
    views = {view.name: view.address for view in VIEWS}

    def in_view(name: str) -> list[str]:
        address = f"{views[name]}{'&' if '?' in views[name] else '?'}text=Viewed&sort=displayName"
        return listed(browser.get(address))

    assert in_view("All") == ["Viewed external", "Viewed own"]
    assert in_view("External and unverified") == ["Viewed external"]
    assert in_view("No owner") == ["Viewed own"]
    assert in_view("Deleted") == ["Viewed gone"]
    assert in_view("Acts by itself") == ["Viewed external", "Viewed own"]


def test_a_day_in_a_filter_stands_for_its_beginning(browser: Browser, known: Know) -> None:
    known(make_app("Dated", created=datetime(2025, 5, 5, 8, tzinfo=UTC)))
    assert listed(browser.get("/apps", text="Dated", createdAfter="2025-05-05")) == ["Dated"]
    assert "No app matches" in browser.get("/apps", text="Dated", createdBefore="2025-05-05").text
    assert browser.get("/apps", createdAfter="2025-5-5").status == 400
    assert browser.get("/apps", createdAfter="yesterday").status == 400


def test_filters_and_order_of_the_list_count(browser: Browser, known: Know) -> None:
    known(make_app("Sorted Alpha"))
    known(make_app("Sorted Beta", enabled=False))
    known(make_app("Sorted Gamma", created=NOW))
    assert listed(browser.get("/apps", text="Sorted", sort="displayName")) == [
        "Sorted Alpha",
        "Sorted Beta",
        "Sorted Gamma",
    ]
    assert listed(browser.get("/apps", text="Sorted", sort="-displayName"))[0] == "Sorted Gamma"
    assert listed(browser.get("/apps", text="Sorted", enabled="false")) == ["Sorted Beta"]
    assert listed(browser.get("/apps", text="Sorted", new="true")) == ["Sorted Gamma"]
    assert listed(browser.get("/apps", text="sorted alpha", verified="", consent="")) == ["Sorted Alpha"]


def test_a_heading_sorts_and_says_how_it_is_sorted(browser: Browser, known: Know) -> None:
    known(make_app("Ordered"))
    page = browser.get("/apps", text="Ordered", sort="-privilege")
    sorts = {head.text.rstrip(" ↓↑"): head.attributes["aria-sort"] for head in page.root.one("thead").all("th")}
    assert sorts["Privilege"] == "descending"
    assert sorts.keys() >= {"App", "Risk", "Consent", "Last used", "Credentials expire", "Status", "Added"}
    assert {sort for name, sort in sorts.items() if name != "Privilege"} == {"none"}
    [link] = [link for link in page.root.one("thead").all("a") if link.text == "App"]
    assert exported(browser.get(f"/apps{link.attributes['href']}")) == {"text": "Ordered", "sort": "-displayName"}


def test_pages_of_the_list_lead_on(browser: Browser, known: Know) -> None:
    names = {known(make_app(f"Turned {number}")).display_name for number in range(3)}
    page = browser.get("/apps", text="Turned", top="2")
    following = page.root.one("a", rel="next").attributes["href"]
    assert {*listed(page), *listed(browser.get(f"/apps{following}"))} == names


def test_before_the_first_complete_read_the_list_says_so(browser: Browser) -> None:
    assert "The directory has not been read completely yet" in browser.get("/apps").text


def test_a_managed_identity_is_hidden_found_by_a_search_and_marked(browser: Browser, known: Know) -> None:
    known(structs.replace(make_app("Vault Reader"), service_principal_type="ManagedIdentity"))
    hidden = browser.get("/apps", text="Vault Reader")
    assert "1 more is hidden" in hidden.text
    [show] = [link for link in hidden.root.all("a") if link.text == "show"]
    found = browser.get(f"/apps{show.attributes['href']}")
    assert listed(found) == ["Vault Reader"]
    assert "managed identity" in found.root.one("tbody").text
    assert "hidden" not in found.text


def test_microsofts_own_are_listed_when_their_origin_is_asked_for(browser: Browser, known: Know) -> None:
    known(structs.replace(make_app("Own of Microsoft"), origin=Origin.MICROSOFT))
    assert listed(browser.get("/apps", text="Own of Microsoft", origin="microsoft")) == ["Own of Microsoft"]


def test_an_app_without_permissions_has_no_privilege_and_an_unread_one_an_unknown_one(
    browser: Browser, known: Know
) -> None:
    bare = structs.replace(make_app("Barren one"), permissions=(), privilege=None, directory_roles=(), grants=())
    unread = structs.replace(make_app("Barren unread"), permissions=UNKNOWN, privilege=UNKNOWN)
    known(bare)
    known(unread)
    rows = browser.get("/apps", text="Barren", sort="-privilege").root.one("tbody").all("tr")
    assert [row.one("td", **{"data-name": "Privilege"}).text for row in rows] == ["none", "not known"]
