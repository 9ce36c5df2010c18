"""Listing apps, and reading one."""

from typing import Any

import pytest

from shared.domain.app_summaries import AppSort, AppSummary
from shared.domain.microsoft import EXCHANGE_ONLINE, MICROSOFT_GRAPH
from tests.functions.api import NOBODY, Api, problem, wrong_fields
from tests.functions.conftest import Raise
from tests.functions.inventory import (
    HOSTILE,
    HOSTILE_ID,
    MAILER_ID,
    PRINCIPAL,
    store_inventory,
)


@pytest.fixture(scope="module", autouse=True)
def apps(account: dict[str, str]) -> None:
    store_inventory(account)


def names(document: dict[str, Any]) -> list[str]:
    return [app["displayName"] for app in document["value"]]


def test_the_list_says_what_it_holds_and_how_fresh_it_is(api: Api) -> None:
    listed = api.get("/api/apps").json()
    assert names(listed) == [HOSTILE, "Mailer"]
    assert (listed["totalCount"], listed["lastCompleteRead"]) == (2, "2026-03-03T12:00:00Z")
    assert listed["reading"] == {
        "stage": "applications",
        "objects": {"servicePrincipals": 3400},
        "expected": {"servicePrincipals": 10000},
    }
    mailer = listed["value"][1]
    assert {name: mailer[name] for name in ("appId", "origin", "privilege", "consent", "publisherVerified")} == {
        "appId": MAILER_ID,
        "origin": "external",
        "privilege": "high",
        "consent": "admin",
        "publisherVerified": False,
    }
    assert (mailer["permissionCount"], mailer["isNew"], mailer["ownerCount"]) == (3, False, 1)
    assert (mailer["priorityUsers"], mailer["directoryRoles"], mailer["status"]) == (1, ["Global Reader"], "enabled")
    assert {"expiredCredential", "guestOwner", "unverified"} <= set(mailer["traits"])


def test_the_list_says_of_each_part_how_old_it_is_and_what_is_missing(api: Api) -> None:
    parts = {part["name"]: part for part in api.get("/api/apps").json()["parts"]}
    assert parts["servicePrincipals"] == {
        "name": "servicePrincipals",
        "lastReadDateTime": "2026-03-03T12:00:00Z",
        "health": "ok",
        "reason": None,
        "objects": 3,
    }
    assert (parts["users"]["health"], parts["users"]["reason"]) == ("permissionMissing", "users needs User.Read.All")
    assert parts["servicePrincipalSignInActivities"]["lastReadDateTime"] == "2026-03-03T12:00:00Z"
    assert parts["appCredentialSignInActivities"]["lastReadDateTime"] is None
    assert "apps" not in parts


def test_a_row_has_every_column_of_the_list(api: Api) -> None:
    shown = set(api.get("/api/apps").json()["value"][0])
    moments = {"created", "registered", "firstSeen", "modified", "deleted", "lastUsed", "judged"}
    moments |= {"credentialExpires", "credentialUnusedSince"}
    assert set(AppSummary.__struct_encode_fields__) - shown == moments
    assert {f"{moment}DateTime" for moment in moments} <= shown
    assert set(AppSort) <= shown


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"origin": "external,internal", "privilege": "high"}, ["Mailer"]),
        ({"includeMicrosoft": "true", "text": "exch"}, ["Exchange"]),
        ({"new": "true"}, [HOSTILE]),
        ({"status": "enabled"}, ["Mailer"]),
        ({"permissionType": "mixed"}, ["Mailer"]),
        ({"trait": "guestOwner,unverified"}, ["Mailer"]),
        ({"notTrait": "guestOwner", "privilege": "high"}, []),
        ({"permission": "mail.read"}, ["Mailer"]),
        ({"api": "Graph"}, ["Mailer"]),
        ({"api": "microsoft graph"}, ["Mailer"]),
        ({"api": MICROSOFT_GRAPH.upper()}, ["Mailer"]),
        ({"api": f"exchange,{EXCHANGE_ONLINE}"}, []),
        ({"directoryRole": "Global Reader"}, ["Mailer"]),
        ({"homeTenantId": "DDDDDDDD-0000-4000-8000-000000000001"}, ["Mailer"]),
        ({"publisher": "Contoso"}, []),
        ({"hasOwner": "true", "enabled": "true", "verified": "false"}, ["Mailer"]),
        ({"riskFrom": "1", "usersFrom": "5", "priorityUsersFrom": "1"}, ["Mailer"]),
        ({"usersFrom": "6"}, []),
        ({"createdBefore": "2100-01-01T00:00:00Z", "createdAfter": "2000-01-01T00:00:00Z"}, [HOSTILE, "Mailer"]),
        ({"modifiedAfter": "2000-01-01T00:00:00Z", "usedAfter": "2000-01-01T00:00:00Z"}, ["Mailer"]),
        ({"credentialExpiresBefore": "2100-01-01T00:00:00+02:00"}, ["Mailer"]),
        ({"certification": "microsoft365Certified"}, []),
    ],
)
def test_a_filter_finds_what_it_says(api: Api, query: dict[str, str], found: list[str]) -> None:
    assert names(api.get("/api/apps", query).json()) == found


@pytest.mark.parametrize("column", AppSort)
def test_the_list_is_sorted_by_any_column_either_way(api: Api, column: AppSort) -> None:
    for order in (column.value, f"-{column.value}"):
        assert sorted(names(api.get("/api/apps", {"sort": order}).json())) == sorted([HOSTILE, "Mailer"])


def test_pages_follow_each_other(api: Api) -> None:
    first = api.get("/api/apps", {"sort": "-displayName", "top": 1}).json()
    assert names(first) == ["Mailer"]
    second = api.follow(first["nextLink"]).json()
    assert (names(second), second["nextLink"]) == ([HOSTILE], None)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"sort": "secret"}, "sort"),
        ({"sort": "--displayName"}, "sort"),
        ({"origin": "martian"}, "origin"),
        ({"trait": "lucky"}, "trait"),
        ({"notTrait": ""}, "notTrait"),
        ({"api": "teams phone"}, "api"),
        ({"enabled": "perhaps"}, "enabled"),
        ({"riskFrom": "101"}, "riskFrom"),
        ({"usersFrom": "-1"}, "usersFrom"),
        ({"usersFrom": str(2**31)}, "usersFrom"),
        ({"priorityUsersFrom": "9" * 40}, "priorityUsersFrom"),
        ({"riskFrom": "9" * 40}, "riskFrom"),
        ({"usedBefore": "yesterday"}, "usedBefore"),
        ({"createdAfter": "2026-03-03T12:00:00"}, "createdAfter"),
        ({"cursor": "made-up"}, "cursor"),
        ({"top": "0"}, "top"),
        ({"owner": "me"}, "owner"),
        ({"traits": "new"}, "traits"),
        ({"appIds": MAILER_ID}, "appIds"),
    ],
)
def test_a_wrong_parameter_is_named(api: Api, query: dict[str, str], field: str) -> None:
    found = wrong_fields(api.get("/api/apps", query))
    assert [name.partition("[")[0] for name in found] == [field]


def test_a_cursor_of_another_order_is_refused(api: Api) -> None:
    link = api.get("/api/apps", {"top": 1}).json()["nextLink"]
    assert wrong_fields(api.follow(link + "&sort=-displayName")) == ["cursor"]


def test_one_app_is_read_whole_by_either_id(api: Api, raise_alert: Raise) -> None:
    alert = raise_alert("Mailer", app_id=MAILER_ID)
    shown = api.get(f"/api/apps/{PRINCIPAL}").json()
    assert shown == api.get(f"/api/apps/{MAILER_ID}").json()
    assert shown["summary"] == api.get("/api/apps", {"text": "Mailer"}).json()["value"][0]
    assert [(held["name"], held["privilege"]) for held in shown["permissions"]] == [
        ("Mail.Read", "high"),
        ("Files.Read", "medium"),
        ("User.Read", "low"),
    ]
    assert shown["permissions"][0]["reason"]
    assert shown["grants"][0] == {
        "resourceAppId": MICROSOFT_GRAPH,
        "consentType": "AllPrincipals",
        "scopes": ["User.Read"],
        "users": 0,
    }
    assert shown["owners"] == [
        {"id": "o1", "name": "Ada", "kind": "user", "guest": True, "enabled": True, "roles": ["Global Reader"]}
    ]
    assert [role["name"] for role in shown["directoryRoles"]] == ["Global Reader"]
    assert [each["id"] for each in shown["alerts"]] == [alert]
    assert shown["lastCompleteRead"] == "2026-03-03T12:00:00Z"


def test_an_app_tells_which_permissions_it_uses_and_what_would_suffice(api: Api) -> None:
    shown = api.get(f"/api/apps/{MAILER_ID}").json()
    used = {held["name"]: held["used"] for held in shown["permissions"]}
    assert used == {"Mail.Read": None, "Files.Read": False, "User.Read": False}
    assert all(held["basis"] for held in shown["permissions"])
    assert shown["sufficient"]["remove"] == ["Files.Read"]
    assert set(shown["sufficient"]["keep"]) == {"Mail.Read", "User.Read"}
    assert shown["signIns"]["applicationClientDateTime"] == shown["summary"]["lastUsedDateTime"]
    assert shown["signIns"]["delegatedClientDateTime"] is None


def test_credentials_tell_their_state_and_use(api: Api) -> None:
    held = api.get(f"/api/apps/{MAILER_ID}").json()["credentials"]
    assert [each["state"] for each in held] == ["expired", "expiring", "active", "active"]
    assert [each["lastUsedDateTime"] is not None for each in held] == [True, False, False, False]
    assert (held[0]["holder"], held[3]["issuer"], held[3]["subject"]) == (
        "application",
        "https://token.contoso.example",
        "ci",
    )


def test_the_risk_of_an_app_is_explained_as_the_list_has_it(api: Api) -> None:
    shown = api.get(f"/api/apps/{MAILER_ID}").json()
    risk = shown["risk"]
    assert risk["score"] == shown["summary"]["risk"]
    assert risk["score"] == min(max(sum(factor["points"] for factor in risk["factors"]), 1), 100)
    assert all(factor["reason"] for factor in risk["factors"])


def test_an_app_that_reads_every_mailbox_tells_how(api: Api) -> None:
    shown = api.get(f"/api/apps/{MAILER_ID}").json()
    assert "canReadEveryMailbox" in shown["summary"]["traits"]
    [path] = [path for path in shown["escalationPaths"] if path["target"] == "everyMailbox"]
    assert "Mail.Read" in path["steps"][0]["means"]


def test_links_lead_to_the_admin_centre_and_hold_ids_only(api: Api) -> None:
    links = api.get(f"/api/apps/{MAILER_ID}").json()["adminLinks"]
    assert sorted(links) == ["overview", "permissions", "registration", "signIns"]
    assert all(link.startswith("https://entra.microsoft.com/#view/") and MAILER_ID in link for link in links.values())
    assert all(PRINCIPAL in links[name] for name in ("overview", "permissions", "signIns"))
    hostile = api.get(f"/api/apps/{HOSTILE_ID}").json()["adminLinks"]
    assert set(hostile.values()) == {None}


def test_what_was_never_read_is_null(api: Api) -> None:
    shown = api.get(f"/api/apps/{HOSTILE_ID}").json()
    lists = ("permissions", "owners", "credentials", "directoryRoles", "grants", "signIns", "sufficient")
    assert [shown[name] for name in lists] == [None] * len(lists)
    assert (shown["alerts"], shown["risk"]["score"]) == ([], None)
    assert {"noOwner", "expiredCredential"} <= set(shown["summary"]["openTraits"])
    assert shown["summary"]["displayName"] == HOSTILE


@pytest.mark.parametrize("path", ["/api/apps/nobody", "/api/apps/nobody/users", "/api/apps/nobody/timeline"])
def test_an_unknown_app_is_a_404(api: Api, path: str) -> None:
    assert problem(api.get(path))["kind"] == "not-found"


@pytest.mark.parametrize(
    "path", ["/api/apps", f"/api/apps/{PRINCIPAL}", f"/api/apps/{PRINCIPAL}/users", f"/api/apps/{PRINCIPAL}/timeline"]
)
def test_apps_are_not_for_everybody(api: Api, path: str) -> None:
    assert api.get(path, persona=NOBODY).status == 401
    assert api.get(path, persona="nobody").status == 403
    assert api.get(path, persona="security-reader").status == 200
