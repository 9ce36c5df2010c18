"""The tenant in numbers over the API, and what changed since a day."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from shared.bootstrap import Application
from shared.domain.microsoft import MICROSOFT_GRAPH
from shared.domain.summarize import summary_of
from tests.functions.api import NOBODY, Api, problem, wrong_fields
from tests.functions.inventory import (
    HOSTILE,
    MAILER,
    NOW,
    store_inventory,
    with_services,
)

TODAY = NOW.date()


@pytest.fixture(scope="module", autouse=True)
def apps(account: dict[str, str]) -> None:
    """Three apps, of which today's list is kept; one app came and another changed since."""

    async def keep_and_change(application: Application) -> None:
        services = application.services
        await services.history.record(NOW)
        renamed = replace(MAILER, display_name="Mailer 2", publisher_name="Contoso")
        newcomer = replace(MAILER, app_id="eeeeeeee-0000-4000-8000-000000000001", display_name="Newcomer", created=NOW)
        await services.app_list.update([summary_of(app, NOW) for app in (renamed, newcomer)], {})

    store_inventory(account)
    with_services(account, keep_and_change)


def test_the_numbers(api: Api) -> None:
    shown = api.get("/api/insights").json()
    assert (shown["apps"]["total"], shown["apps"]["microsoft"], shown["apps"]["deleted"]) == (3, 1, 0)
    assert shown["apps"]["byOrigin"] == {"external": 2, "internal": 1}
    assert shown["apps"]["byTrait"]["expiredCredential"] == 2
    assert shown["apps"]["openTraits"]["expiredCredential"] == 1
    assert shown["apps"]["byApi"] == {MICROSOFT_GRAPH: 2}
    assert [app["displayName"] for app in shown["riskiest"]] == ["Newcomer", "Mailer 2"]
    assert {app["displayName"] for app in shown["newest"][:2]} == {"Newcomer", HOSTILE}
    assert shown["alerts"]["isComplete"] is True


def test_the_numbers_say_how_far_the_first_read_has_come_and_what_is_missing(api: Api) -> None:
    shown = api.get("/api/insights").json()
    assert shown["lastCompleteRead"] == "2026-03-03T12:00:00Z"
    assert shown["reading"]["objects"] == {"servicePrincipals": 3400}
    assert shown["reading"]["expected"] == {"servicePrincipals": 10000}
    missing = [part["name"] for part in shown["parts"] if part["health"] == "permissionMissing"]
    assert missing == ["users"]


def test_the_trend_has_a_row_a_day(api: Api) -> None:
    [day] = api.get("/api/insights", {"days": 7}).json()["days"]
    assert (day["day"], day["apps"], day["byConsent"]["admin"]) == (TODAY.isoformat(), 2, 1)
    assert day["byTrait"]["guestOwner"] == 1
    assert day["consentedUsers"] == 5


def test_changes_since_a_day_are_listed_with_what_changed(api: Api) -> None:
    shown = api.get("/api/insights/changes", {"since": (TODAY - timedelta(days=3)).isoformat()}).json()
    assert (shown["day"], shown["totalCount"]) == (TODAY.isoformat(), 2)
    changes = {change["after"]["displayName"]: change for change in shown["value"]}
    assert changes["Newcomer"]["before"] is None
    assert changes["Mailer 2"]["before"]["displayName"] == "Mailer"
    assert {"displayName", "publisherName"} <= set(changes["Mailer 2"]["changed"])
    assert set(changes["Mailer 2"]["changed"]) <= set(changes["Mailer 2"]["after"])


def test_changes_are_paged(api: Api) -> None:
    first = api.get("/api/insights/changes", {"since": TODAY.isoformat(), "top": 1}).json()
    second = api.follow(first["nextLink"]).json()
    assert second["nextLink"] is None
    assert {page["value"][0]["after"]["displayName"] for page in (first, second)} == {"Mailer 2", "Newcomer"}


def test_a_day_since_when_nothing_is_kept_is_a_404_that_says_what_is(api: Api) -> None:
    refused = problem(api.get("/api/insights/changes", {"since": (TODAY + timedelta(days=2)).isoformat()}))
    assert (refused["kind"], TODAY.isoformat() in refused["detail"]) == ("not-found", True)


@pytest.mark.parametrize(
    ("path", "query", "field"),
    [
        ("/api/insights", {"days": "0"}, "days"),
        ("/api/insights", {"days": "401"}, "days"),
        ("/api/insights", {"since": "2026-03-03"}, "since"),
        ("/api/insights/changes", {}, "since"),
        ("/api/insights/changes", {"since": "yesterday"}, "since"),
        ("/api/insights/changes", {"since": "1772539200"}, "since"),
        ("/api/insights/changes", {"since": "2026-03-03", "cursor": "made-up"}, "cursor"),
    ],
)
def test_a_wrong_parameter_is_named(api: Api, path: str, query: dict[str, str], field: str) -> None:
    assert wrong_fields(api.get(path, query)) == [field]


@pytest.mark.parametrize("path", ["/api/insights", f"/api/insights/changes?since={TODAY}"])
def test_numbers_are_not_for_everybody(api: Api, path: str) -> None:
    assert api.get(path, persona=NOBODY).status == 401
    assert api.get(path, persona="nobody").status == 403
    assert api.get(path, persona="security-reader").status == 200
