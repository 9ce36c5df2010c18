"""The reports of use over HTTP: who is in them, in which shape, and who may read them."""

from base64 import b64decode
from datetime import timedelta
from typing import Any

import pytest

from local.tenant.directory.clock import ManualClock
from local.tenant.directory.collections import Object
from local.tenant.directory.tenant import Tenant
from local.tenant.graph.limits import Limit
from local.tenant.identities import add_managed_identity
from local.tenant.server import TenantServer
from shared.domain.microsoft import MICROSOFT_GRAPH
from tests.local.tenant.graph.plain_client import Answer, PlainClient

APPS = "/reports/servicePrincipalSignInActivities"
CREDENTIALS = "/reports/appCredentialSignInActivities"
DIRECTORY_ONLY = "2b1a0f9e-8d7c-4b6a-8f5e-9d3c2b1a0f9e"


async def beta(client: PlainClient, path: str) -> Answer:
    return await client.send("GET", path, version="beta")


async def everything(client: PlainClient, path: str) -> list[dict[str, Any]]:
    answer = await beta(client, path)
    found = answer.values
    while link := answer.json.get("@odata.nextLink"):
        answer = await client.get(link)
        found += answer.values
    return found


async def row(client: PlainClient, app_id: str) -> dict[str, Any]:
    (found,) = (await beta(client, f"{APPS}?$filter=appId%20eq%20'{app_id}'")).values
    return found


@pytest.fixture
def unused(tenant: Tenant) -> Object:
    """A registration with a secret whose app never signed in."""
    return next(
        one
        for one in tenant.applications.all()
        if one["passwordCredentials"] and one["appId"] not in tenant.sign_in_activity
    )


async def test_who_signed_in_is_told_once_in_pages(reader: PlainClient, tenant: Tenant) -> None:
    found = await everything(reader, f"{APPS}?$top=50")
    assert [one["appId"] for one in found] == sorted(tenant.sign_in_activity)
    assert len(found) > 100
    assert all(b64decode(one["id"]).decode() == one["appId"] for one in found)
    assert len((await beta(reader, APPS)).values) == len(found)


async def test_an_app_that_never_signed_in_is_not_there(
    reader: PlainClient, tenant: Tenant, clock: ManualClock, unused: Object
) -> None:
    assert unused["appId"] not in {one["appId"] for one in await everything(reader, APPS)}
    tenant.sign_in(unused["appId"], clock.now())
    assert (await row(reader, unused["appId"]))["appId"] == unused["appId"]


async def test_the_flows_of_an_app_are_told_apart(
    reader: PlainClient, tenant: Tenant, clock: ManualClock, unused: Object
) -> None:
    tenant.sign_in(unused["appId"], clock.now() - timedelta(days=3), delegated=True)
    tenant.sign_in(unused["appId"], clock.now() - timedelta(days=100))
    found = await row(reader, unused["appId"])
    assert found.keys() == {
        "id",
        "appId",
        "delegatedClientSignInActivity",
        "delegatedResourceSignInActivity",
        "applicationAuthenticationClientSignInActivity",
        "applicationAuthenticationResourceSignInActivity",
        "lastSignInActivity",
    }
    assert found["delegatedClientSignInActivity"]["lastSignInDateTime"] == "2026-02-27T09:00:00Z"
    assert found["applicationAuthenticationClientSignInActivity"]["lastSignInDateTime"] == "2025-11-22T09:00:00Z"
    assert found["applicationAuthenticationResourceSignInActivity"] is None
    assert found["lastSignInActivity"] == found["delegatedClientSignInActivity"]


async def test_an_api_is_told_of_by_the_tokens_for_it(reader: PlainClient, tenant: Tenant, clock: ManualClock) -> None:
    caller = tenant.applications.all()[0]["appId"]
    tenant.sign_in(caller, clock.now() + timedelta(hours=1))
    found = await row(reader, MICROSOFT_GRAPH)
    assert found["applicationAuthenticationResourceSignInActivity"]["lastSignInDateTime"] == "2026-03-02T10:00:00Z"
    assert found["lastSignInActivity"] == found["applicationAuthenticationResourceSignInActivity"]


async def test_a_credential_that_was_used_is_told_with_where_it_stands(
    reader: PlainClient, tenant: Tenant, clock: ManualClock, unused: Object
) -> None:
    secret = unused["passwordCredentials"][0]
    tenant.sign_in(unused["appId"], clock.now(), secret["keyId"])
    path = f"{CREDENTIALS}?$filter=appId%20eq%20'{unused['appId']}'"
    (found,) = (await beta(reader, path)).values
    assert b64decode(found.pop("id")).decode() == f"{secret['keyId']}|application"
    activity = found.pop("signInActivity")
    times = ("lastSignInDateTime", "lastNonInteractiveSignInDateTime", "lastSuccessfulSignInDateTime")
    assert [activity[name] for name in times] == ["2026-03-02T09:00:00Z"] * 3
    principal, graph = (tenant.service_principal_of(one) for one in (unused["appId"], MICROSOFT_GRAPH))
    assert principal is not None
    assert graph is not None
    assert found == {
        "appId": unused["appId"],
        "appObjectId": unused["id"],
        "createdDateTime": secret["startDateTime"],
        "credentialOrigin": "application",
        "expirationDateTime": secret["endDateTime"],
        "keyId": secret["keyId"],
        "keyType": "clientSecret",
        "keyUsage": "verify",
        "resourceId": graph["id"],
        "servicePrincipalObjectId": principal["id"],
    }


async def test_a_removed_credential_leaves_the_report(reader: PlainClient, tenant: Tenant) -> None:
    before = await everything(reader, f"{CREDENTIALS}?$top=7")
    assert {one["keyId"] for one in before} == tenant.credential_activity.keys() != set()
    assert {one["keyType"] for one in before} == {"clientSecret", "certificate"}
    owner = tenant.applications.get(before[0]["appObjectId"])
    assert owner is not None
    tenant.applications.put({**owner, "passwordCredentials": [], "keyCredentials": []})
    after = {one["keyId"] for one in await everything(reader, CREDENTIALS)}
    assert after == {one["keyId"] for one in before if one["appObjectId"] != owner["id"]}


@pytest.mark.parametrize("path", [APPS, CREDENTIALS])
async def test_only_beta_has_them(reader: PlainClient, path: str) -> None:
    answer = await reader.get(path)
    assert (answer.status, answer.code) == (400, "BadRequest")
    assert (await beta(reader, f"{path}?$top=1001")).code == "Request_BadRequest"
    assert len((await beta(reader, f"{path}?$top=2&$select=id")).values) == 2


@pytest.mark.parametrize("path", [APPS, CREDENTIALS])
async def test_a_tenant_without_the_licence_has_audits_and_no_reports(
    reader: PlainClient, tenant: Tenant, path: str
) -> None:
    tenant.has_premium = False
    answer = await beta(reader, path)
    assert (answer.status, answer.code) == (403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant")
    assert (await reader.get("/auditLogs/directoryAudits")).status == 200


async def test_the_right_to_read_the_directory_is_not_enough(server: TenantServer) -> None:
    identity = add_managed_identity(server.tenant, DIRECTORY_ONLY, "directory only", ["Directory.Read.All"])
    server.tokens.identities[DIRECTORY_ONLY] = identity
    client = await PlainClient.signed_in(server.environment, DIRECTORY_ONLY)
    answer = await beta(client, APPS)
    assert (answer.status, answer.code) == (403, "Authorization_RequestDenied")


async def test_reports_and_audits_share_five_reads_in_ten_seconds(server: TenantServer, reader: PlainClient) -> None:
    server.report_limit.limit = Limit(5, 10)
    paths = [APPS, CREDENTIALS, APPS, CREDENTIALS, APPS]
    statuses = [(await beta(reader, path)).status for path in paths]
    assert statuses == [200] * 5
    assert (await reader.get("/auditLogs/directoryAudits")).status == 429
