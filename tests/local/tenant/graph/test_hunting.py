"""Advanced hunting and Log Analytics over HTTP: which queries are answered, and how the wire differs from the words."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from local.tenant.directory.cast import PersonPart
from local.tenant.directory.clock import ManualClock
from local.tenant.directory.collections import Object
from local.tenant.directory.stage import Stage
from local.tenant.directory.tenant import Tenant
from local.tenant.directory.verbs import VERBS
from local.tenant.graph.tokens import LOG_ANALYTICS
from local.tenant.identities import add_managed_identity
from local.tenant.server import TenantServer
from shared.domain.microsoft import HOME_TENANTS
from tests.local.tenant.graph.plain_client import Answer, PlainClient, exchange, identity_token

HUNTER = "4c3b2a19-0f8e-4d7c-8b6a-5f4e3d2c1b0a"
WORKSPACE = "00000000-0000-0000-0000-000000000009"


@pytest.fixture
async def hunter(server: TenantServer, tenant: Tenant) -> PlainClient:
    others = {LOG_ANALYTICS: frozenset({"Log Analytics Reader"})}
    server.tokens.identities[HUNTER] = add_managed_identity(
        tenant, HUNTER, "hunter", ["ThreatHunting.Read.All"], others
    )
    return await PlainClient.signed_in(server.environment, HUNTER)


@pytest.fixture
def app(tenant: Tenant) -> Object:
    """Of a vendor, with delegated permissions."""
    return next(
        one
        for one in tenant.service_principals.all()
        if one["servicePrincipalType"] == "Application"
        and one["appOwnerOrganizationId"] not in HOME_TENANTS
        and tenant.grants.where("clientId", one["id"])
    )


@pytest.fixture
def calls(tenant: Tenant, clock: ManualClock, app: Object) -> str:
    """Three calls of one app, which can be read by now."""
    user = tenant.users.all()[0]["id"]
    for minute in range(3):
        at = clock.now() - timedelta(minutes=30 - minute)
        tenant.call_graph(app["appId"], "GET", f"/users/{user}/messages", at=at, size=1000 + minute)
    return str(app["appId"])


async def hunted(client: PlainClient, query: str) -> Answer:
    return await client.send("POST", "/security/runHuntingQuery", {"Query": query})


async def results(client: PlainClient, query: str) -> list[dict[str, Any]]:
    answer = await hunted(client, query)
    assert answer.status == 200, answer.text
    return list(answer.json["results"])


async def test_numbers_of_a_call_are_text_and_nulls_are_objects(hunter: PlainClient, calls: str) -> None:
    (row,) = await results(hunter, "GraphApiAuditEvents | where ResponseSize == '1001'")
    assert (row["ApplicationId"], row["ResponseStatusCode"], row["AccountObjectId"]) == (calls, "200", {})
    assert row["Timestamp"].endswith("7Z")
    assert "UserAgent" not in row


async def test_a_call_is_there_when_it_has_arrived(
    hunter: PlainClient, tenant: Tenant, clock: ManualClock, app: Object
) -> None:
    tenant.call_graph(app["appId"], "GET", "/me")
    assert await results(hunter, "GraphApiAuditEvents") == []
    clock.advance(timedelta(minutes=6))
    assert len(await results(hunter, "GraphApiAuditEvents")) == 1


@pytest.mark.parametrize(
    ("stages", "sizes"),
    [
        ("where Timestamp >= datetime(2026-03-02T08:31:00.000000Z)", [1001, 1002]),
        ("where Timestamp between (datetime(2026-03-02T08:30:30Z) .. datetime(2026-03-02T08:31:30Z))", [1001]),
        ("where not (ResponseSize in ('1000', '1002')) and RequestUri has 'messages'", [1001]),
        ("where RequestUri has 'message' or ResponseSize == '1000'", [1000]),
        ("where RequestMethod =~ 'get' | order by Timestamp desc | take 2", [1002, 1001]),
        ("where strcmp(ResponseSize, '1000') > 0 | sort by ResponseSize", [1002, 1001]),
        ("where ResponseSize !in~ ('1000') | summarize arg_max(Timestamp, *) by ApplicationId", [1002]),
        ("where isnotempty(AccountObjectId)", []),
    ],
)
@pytest.mark.usefixtures("calls")
async def test_a_query_finds_what_it_says(hunter: PlainClient, stages: str, sizes: list[int]) -> None:
    rows = await results(hunter, f"GraphApiAuditEvents | {stages}")
    assert [int(row["ResponseSize"]) for row in rows] == sizes


@pytest.mark.parametrize(
    "query",
    [
        "NoSuchTable",
        "GraphApiAuditEvents | evaluate bag_unpack(x)",
        "GraphApiAuditEvents | where RequestId > 'a'",
        "GraphApiAuditEvents | where Timestamp > datetime(yesterday)",
        "GraphApiAuditEvents | take",
        "GraphApiAuditEvents ; drop",
        "",
    ],
)
@pytest.mark.usefixtures("calls")
async def test_a_query_that_is_not_understood_is_refused(hunter: PlainClient, query: str) -> None:
    answer = await hunted(hunter, query)
    assert (answer.status, answer.code) == (400, "BadRequest")


async def test_an_app_is_told_with_truth_as_a_number_and_permissions_in_text(hunter: PlainClient, app: Object) -> None:
    (row,) = await results(hunter, f"OAuthAppInfo | where OAuthAppId == '{app['appId']}'")
    assert (row["IsAdminConsented@odata.type"], row["IsAdminConsented"] in (0, 1)) == ("#SByte", True)
    assert row["Permissions@odata.type"] == "#Collection(String)"
    assert all(permission.startswith('{"PermissionType"') for permission in row["Permissions"])


async def test_hunting_takes_its_permission(reader: PlainClient) -> None:
    assert (await hunted(reader, "GraphApiAuditEvents")).status == 403


async def logged(server: TenantServer, client_id: str, query: str) -> Answer:
    token = (await identity_token(server.environment, client_id, resource=LOG_ANALYTICS)).json["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    target = f"/v1/workspaces/{WORKSPACE}/query"
    return await asyncio.to_thread(exchange, server.address, "POST", target, {"query": query}, headers)


@pytest.mark.usefixtures("hunter")
async def test_log_analytics_tells_the_same_calls_in_columns(server: TenantServer, calls: str) -> None:
    query = "MicrosoftGraphActivityLogs | order by TimeGenerated asc | project AppId, ResponseSizeBytes, TimeGenerated"
    (table,) = (await logged(server, HUNTER, query)).json["tables"]
    assert [column["type"] for column in table["columns"]] == ["string", "int", "datetime"]
    assert [row[:2] for row in table["rows"]] == [[calls, 1000], [calls, 1001], [calls, 1002]]


async def test_log_analytics_takes_a_role_and_a_token_of_its_own(server: TenantServer, reader: PlainClient) -> None:
    answer = await logged(server, "0d9e8c7b-6a5f-4e3d-8c2b-1a0f9e8d7c6b", "MicrosoftGraphActivityLogs")
    assert (answer.status, answer.code) == (403, "InsufficientAccessError")
    headers = {"Authorization": f"Bearer {reader.token}"}
    target = f"/v1/workspaces/{WORKSPACE}/query"
    answer = await asyncio.to_thread(exchange, server.address, "POST", target, {"query": "x"}, headers)
    assert answer.status == 401


async def test_a_step_of_a_story_calls_graph_for_whose_data_it_wants(
    hunter: PlainClient, tenant: Tenant, clock: ManualClock, app: Object
) -> None:
    stage = Stage(tenant, {"Ann": PersonPart(ip="203.0.113.9")}, {})
    stage.app_ids["Mailer"] = app["appId"]
    actor = stage.actor("Ann")
    VERBS["call-graph"](
        stage, actor, app="Mailer", method="GET", path="/users/{user}/messages", whose="Ann", times=2, status=403
    )
    clock.advance(timedelta(minutes=6))
    rows = await results(hunter, "GraphApiAuditEvents | where ResponseStatusCode == '403'")
    assert [row["RequestUri"].rpartition("/v1.0")[2] for row in rows] == [f"/users/{stage.user_id('Ann')}/messages"] * 2
    assert {row["EntityType"] for row in rows} == {"app"}
