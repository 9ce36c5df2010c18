"""Listing apps, reading one, and the tenant in numbers."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.bootstrap import build
from shared.domain.app_references import Alias
from shared.domain.apps import App, ConsentGrant, Credential, Origin, Owner, Permission, PermissionKind
from shared.domain.events import CredentialKind
from shared.domain.inventory_reads import FullRead, InventoryState, ReadStage
from shared.domain.privileges import Privilege
from shared.settings import read_settings
from shared.storage.filters import Filter
from tests.functions.api import NOBODY, Api, problem, wrong_fields
from tests.functions.conftest import IDENTIFIERS, Raise

READ = datetime(2026, 3, 3, 12, tzinfo=UTC)
NOW = datetime.now(UTC)
PRINCIPAL = "aaaaaaaa-0000-4000-8000-000000000002"
GRAPH = "00000003-0000-0000-c000-000000000000"
HOSTILE = '<script>alert(1)</script>\u202e"\r\nX-Injected: 1'


def permission(name: str, kind: PermissionKind, privilege: Privilege) -> Permission:
    consent = "AllPrincipals" if kind is PermissionKind.DELEGATED else None
    return Permission(name=name, kind=kind, privilege=privilege, resource_app_id=GRAPH, consent_type=consent)


MAILER = App(
    app_id="id of Mailer",
    service_principal_id=PRINCIPAL,
    display_name="Mailer",
    enabled=True,
    origin=Origin.EXTERNAL,
    created=NOW - timedelta(days=90),
    publisher_name=None,
    publisher_verified=False,
    permissions=(
        permission("User.Read", PermissionKind.DELEGATED, Privilege.LOW),
        permission("Mail.Read", PermissionKind.APPLICATION, Privilege.HIGH),
    ),
    privilege=Privilege.HIGH,
    grants=(ConsentGrant(resource_app_id=GRAPH, consent_type="AllPrincipals", scopes=("User.Read",)),),
    owners=(Owner(id="o1", name="Ada", kind="user"),),
    owner_count=1,
    credentials=(
        Credential(key_id="k1", kind=CredentialKind.SECRET, end=NOW - timedelta(days=1)),
        Credential(key_id="k2", kind=CredentialKind.SECRET, end=NOW + timedelta(days=5)),
        Credential(key_id="k3", kind=CredentialKind.CERTIFICATE, end=NOW + timedelta(days=500)),
        Credential(key_id="k4", kind=CredentialKind.FEDERATED),
    ),
)
HOSTILE_APP = App(app_id="id of hostile", display_name=HOSTILE, origin=Origin.INTERNAL, created=NOW)
EXCHANGE = App(app_id="id of Exchange", display_name="Exchange", origin=Origin.MICROSOFT)


@pytest.fixture(scope="module", autouse=True)
def apps(account: dict[str, str]) -> None:
    """Three apps, as a first read left them that has been complete once and runs again."""
    asyncio.run(_store(account))


async def _store(account: dict[str, str]) -> None:
    application = build(read_settings({**IDENTIFIERS, **account}))
    services = application.services
    # The host is that of all tests of this folder, and some of them make apps.
    table = await application.connection.table("apps")
    for row in [row async for row in table.query(Filter())]:
        await table.delete(row["PartitionKey"], row["RowKey"])
    await services.apps.save([MAILER, HOSTILE_APP, EXCHANGE], NOW)
    await services.aliases.learn([Alias(PRINCIPAL, MAILER.app_id)])
    await services.app_list.rebuild()
    running = FullRead(
        number=2, started=READ, links={}, stage=ReadStage.APPLICATIONS, objects={ReadStage.SERVICE_PRINCIPALS.value: 3}
    )
    stored = await services.inventory_reads.state()
    await services.inventory_reads.move(
        InventoryState(reads=1, last_complete_read=READ, running=running), stored.version
    )
    await application.close()


def names(document: dict[str, Any]) -> list[str]:
    return [app["displayName"] for app in document["value"]]


def test_the_list_says_what_it_holds_and_how_fresh_it_is(api: Api) -> None:
    listed = api.get("/api/apps").json()
    assert names(listed) == [HOSTILE, "Mailer"]
    assert (listed["totalCount"], listed["lastCompleteRead"]) == (2, "2026-03-03T12:00:00Z")
    assert listed["reading"] == {"stage": "applications", "objects": {"servicePrincipals": 3}}
    mailer = listed["value"][1]
    assert {name: mailer[name] for name in ("appId", "origin", "privilege", "consent", "publisherVerified")} == {
        "appId": MAILER.app_id,
        "origin": "external",
        "privilege": "high",
        "consent": "admin",
        "publisherVerified": False,
    }
    assert (mailer["permissionCount"], mailer["isNew"], mailer["ownerCount"]) == (2, False, 1)


def test_filters_sort_and_pages(api: Api) -> None:
    assert names(api.get("/api/apps", {"origin": "external,internal", "privilege": "high"}).json()) == ["Mailer"]
    assert names(api.get("/api/apps", {"includeMicrosoft": "true", "text": "exch"}).json()) == ["Exchange"]
    assert names(api.get("/api/apps", {"new": "true"}).json()) == [HOSTILE]
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
        ({"enabled": "perhaps"}, "enabled"),
        ({"cursor": "made-up"}, "cursor"),
        ({"top": "0"}, "top"),
        ({"owner": "me"}, "owner"),
    ],
)
def test_a_wrong_parameter_is_named(api: Api, query: dict[str, str], field: str) -> None:
    found = wrong_fields(api.get("/api/apps", query))
    assert [name.partition("[")[0] for name in found] == [field]


def test_a_cursor_of_another_order_is_refused(api: Api) -> None:
    link = api.get("/api/apps", {"top": 1}).json()["nextLink"]
    assert wrong_fields(api.follow(link + "&sort=-displayName")) == ["cursor"]


def test_one_app_is_read_whole_by_either_id(api: Api, raise_alert: Raise) -> None:
    alert = raise_alert("Mailer")
    shown = api.get(f"/api/apps/{PRINCIPAL}").json()
    assert shown == api.get("/api/apps/id%20of%20Mailer").json()
    assert shown["summary"]["displayName"] == "Mailer"
    assert [(held["name"], held["privilege"]) for held in shown["permissions"]] == [
        ("Mail.Read", "high"),
        ("User.Read", "low"),
    ]
    assert "everybody's mail" in shown["permissions"][0]["reason"]
    assert shown["grants"][0] == {
        "resourceAppId": GRAPH,
        "consentType": "AllPrincipals",
        "scopes": ["User.Read"],
        "users": 0,
    }
    assert shown["owners"] == [{"id": "o1", "name": "Ada", "kind": "user"}]
    assert [held["state"] for held in shown["credentials"]] == ["expired", "expiring", "active", "active"]
    assert [each["id"] for each in shown["alerts"]] == [alert]
    assert shown["lastCompleteRead"] == "2026-03-03T12:00:00Z"


def test_what_was_never_read_is_null(api: Api) -> None:
    shown = api.get("/api/apps/id%20of%20hostile").json()
    assert (shown["permissions"], shown["owners"], shown["credentials"], shown["alerts"]) == (None, None, None, [])
    assert shown["summary"]["displayName"] == HOSTILE


def test_an_unknown_app_is_a_404(api: Api) -> None:
    assert problem(api.get("/api/apps/nobody"))["kind"] == "not-found"


def test_the_numbers(api: Api) -> None:
    shown = api.get("/api/insights/summary").json()
    assert (shown["apps"]["total"], shown["apps"]["microsoft"], shown["apps"]["new"]) == (2, 1, 1)
    assert shown["apps"]["byOrigin"] == {"external": 1, "internal": 1}
    assert (shown["apps"]["withExpiredCredentials"], shown["apps"]["withExpiringCredentials"]) == (1, 1)
    assert [app["displayName"] for app in shown["riskiest"]] == ["Mailer", HOSTILE]
    assert [app["displayName"] for app in shown["newest"]] == [HOSTILE, "Mailer"]
    assert shown["lastCompleteRead"] == "2026-03-03T12:00:00Z"
    assert shown["alerts"]["isComplete"] is True


@pytest.mark.parametrize("path", ["/api/apps", f"/api/apps/{PRINCIPAL}", "/api/insights/summary"])
def test_apps_are_not_for_everybody(api: Api, path: str) -> None:
    assert api.get(path, persona=NOBODY).status == 401
    assert api.get(path, persona="security-reader").status == 200
