"""The filters that are set on the list of apps: each can be taken away, and what they leave out for want of knowledge
is told.
"""

from urllib.parse import parse_qsl, urlsplit

from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from functions.models.app_filters import AppFilters
from functions.pages.active_filters import active_filters
from functions.pages.app_forms import AppsPageParameters, filters_of, parameters_of
from shared.domain.app_summaries import AppQuery, AppSort
from shared.domain.apps import Origin
from shared.domain.known import UNKNOWN
from tests.pages.apps import make_app
from tests.pages.browser import Browser, Page
from tests.pages.conftest import Know
from tests.pages.test_app_pages import QUERIES, exported, listed

EVERY_FILTER = {
    "text": "Notes",
    "origin": "external",
    "privilege": "high,medium",
    "consent": "user",
    "status": "enabled",
    "permissionType": "mixed",
    "certification": "none",
    "trait": "external,unverified",
    "notTrait": "unused",
    "permission": "Mail.Read",
    "api": "graph",
    "directoryRole": "Global Reader",
    "publisher": "Contoso",
    "homeTenantId": "00000000-0000-4000-8000-000000000001",
    "enabled": "true",
    "verified": "false",
    "new": "false",
    "hasOwner": "true",
    "riskFrom": "40",
    "usersFrom": "2",
    "priorityUsersFrom": "1",
    "dataUseFrom": "1",
    "usedBefore": "2026-03-01",
    "usedAfter": "2026-02-01",
    "createdBefore": "2026-03-01",
    "createdAfter": "2026-02-01",
    "modifiedBefore": "2026-03-01",
    "modifiedAfter": "2026-02-01T08:30:00Z",
    "credentialExpiresBefore": "2026-03-01",
    "includeMicrosoft": "true",
    "includeDeleted": "true",
}


def query_at(address: str) -> AppQuery:
    return AppsPageParameters.model_validate(dict(parse_qsl(urlsplit(address).query))).query()


def chips(page: Page) -> dict[str, str]:
    """What each says, and where it leads."""
    links = page.root.one("nav", **{"aria-label": "Filters that are set"}).all("a")
    return {link.text.removeprefix("Without: ").removesuffix(" ×"): link.attributes["href"] for link in links}


@given(st.builds(AppQuery, **QUERIES))
def test_each_way_out_leads_to_the_same_list_without_one_filter(query: AppQuery) -> None:
    asked, active = parameters_of(query), active_filters(query)
    assert bool(active) == bool(filters_of(query))
    for one in active:
        left = parameters_of(query_at(one.address))
        assert left["sort"] == asked["sort"]
        assert left.keys() <= asked.keys()
        assert len({name for name in asked if left.get(name) != asked[name]}) == 1


def test_every_filter_is_shown_in_words_when_it_is_set(browser: Browser) -> None:
    assert {field.alias for field in AppFilters.model_fields.values()} - {"sort"} == EVERY_FILTER.keys()
    shown = chips(browser.get("/apps", **EVERY_FILTER))
    assert len(shown) == len(EVERY_FILTER) + 3
    assert {
        "Privilege: High",
        "Privilege: Medium",
        "External",
        "Unverified publisher",
        "Known not to be: Unused",
        "Holds a permission of: Microsoft Graph",
        "Enabled: yes",
        "Publisher verified: no",
        "Not used since: 2026-03-01",
        "Changed since: 2026-02-01 08:30 UTC",
        "With deleted apps",
        "Without any filter",
    } <= shown.keys()


def test_results_stand_above_the_fold_once_a_filter_is_set(browser: Browser, known: Know) -> None:
    known(make_app("Folded"))
    free, filtered = browser.get("/apps"), browser.get("/apps", text="Folded", privilege="high")
    assert "filtering" in [each.attributes.get("class") for each in free.root.all("details")]
    [form] = [each for each in filtered.root.all("details") if each.attributes.get("class") == "folded"]
    assert "open" not in form.attributes
    assert form.one("input", name="text").attributes["value"] == "Folded"
    without = browser.get(chips(filtered)["Privilege: High"])
    assert listed(without) == ["Folded"]
    assert exported(without) == {"text": "Folded", "sort": f"-{AppSort.RISK}"}


def test_the_keyboard_gets_straight_to_the_list(browser: Browser) -> None:
    root = browser.get("/apps").root
    [_, skip] = [link for link in root.all("a") if link.attributes.get("class") == "skip"]
    target = root.one("div", id=skip.attributes["href"].removeprefix("#"))
    assert target.attributes["tabindex"] == "-1"


def test_a_list_that_is_empty_because_nobody_can_tell_says_so(browser: Browser, known: Know) -> None:
    known(structs.replace(make_app("Untellable one"), origin=UNKNOWN, permissions=UNKNOWN))
    known(structs.replace(make_app("Untellable two"), origin=UNKNOWN, permissions=UNKNOWN))
    told = browser.get("/apps", text="Untellable", trait="external,noDataAccess").root
    assert told.one("p", role="status").text.startswith("0 apps")
    said = told.one("p", role="status").text
    assert "Of 2 apps nobody can tell yet: External." in said
    assert "Of 2 apps nobody can tell yet: No data access." in said
    assert "No app matches for certain" in told.one("main").text
    risky = browser.get("/apps", text="Untellable two", riskFrom="70").root.one("p", role="status").text
    assert "Of 1 app nobody can tell yet: the risk." in risky


def test_a_list_of_which_all_is_known_says_nothing_of_it(browser: Browser, known: Know) -> None:
    known(make_app("Plainly told"))
    page = browser.get("/apps", text="Plainly told", trait="external")
    assert listed(page) == ["Plainly told"]
    assert "nobody can tell" not in page.root.one("p", role="status").text
    assert "No app matches." in browser.get("/apps", text="Plainly told", origin="internal").text


def test_an_own_app_without_a_verified_publisher_is_marked_like_any(browser: Browser, known: Know) -> None:
    known(structs.replace(make_app("Marked own"), origin=Origin.INTERNAL))
    assert "not verified" in browser.get("/apps", text="Marked own").root.one("tbody").one("th").text


def test_a_column_that_nobody_can_sort_by_is_refused_with_those_that_one_can(browser: Browser) -> None:
    page = browser.get("/apps", sort="foo")
    assert page.status == 400
    assert "must be one of displayName, appId," in page.text
    assert "^" not in page.text
