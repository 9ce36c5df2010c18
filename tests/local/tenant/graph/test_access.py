"""Tokens and permissions: who is let in, and to what."""

import asyncio
from datetime import timedelta
from urllib.parse import urlencode

import jwt
import pytest

from local.host.identity.signing_key import SigningKey
from local.tenant.directory.tenant import Tenant
from local.tenant.graph.permissions import needed
from local.tenant.graph.replicas import Replicas
from local.tenant.graph.routes import Routes
from local.tenant.graph.tokens import Identity
from local.tenant.identities import add_managed_identity
from local.tenant.server import TenantServer
from tests.local.tenant.conftest import READER, TENANT_ID
from tests.local.tenant.graph.plain_client import RESOURCE, Answer, PlainClient, exchange, identity_token

NARROW = "2b1a0f9e-8d7c-4b6a-8f5e-9d3c2b1a0f9e"
OWNER = "3c2b1a0f-9e8d-4c7b-9a6f-5e9d3c2b1a0f"


async def identified(server: TenantServer, client_id: str, *permissions: str) -> PlainClient:
    made = add_managed_identity(server.tenant, client_id, "another", permissions)
    server.tokens.identities[client_id] = made
    return await PlainClient.signed_in(server.environment, client_id)


async def test_a_managed_identity_gets_a_token_that_states_its_permissions(server: TenantServer) -> None:
    answer = await identity_token(server.environment, READER)
    claims = jwt.decode(answer.json["access_token"], options={"verify_signature": False})
    assert answer.json["expires_on"] == str(claims["exp"])
    assert (claims["aud"], claims["tid"], claims["appid"], claims["idtyp"]) == (RESOURCE, TENANT_ID, READER, "app")
    assert claims["roles"] == ["Application.Read.All", "AuditLog.Read.All", "Directory.Read.All"]


@pytest.mark.parametrize(
    "change", [{"resource": "https://vault.azure.net"}, {"api-version": "2017-09-01"}, {"client_id": "nobody"}]
)
async def test_a_wrong_request_for_a_token_gets_none(server: TenantServer, change: dict[str, str]) -> None:
    assert (await identity_token(server.environment, READER, **change)).status == 400


async def test_the_identity_endpoint_wants_the_secret_of_the_app(server: TenantServer) -> None:
    answer = await identity_token({**server.environment, "IDENTITY_HEADER": "guessed"}, READER)
    assert answer.status == 401


async def test_a_client_with_a_secret_gets_a_token_from_the_tenant(server: TenantServer) -> None:
    principal = server.tenant.service_principals.all()[0]
    client = Identity(principal["appId"], principal["id"], "client", frozenset({"Application.Read.All"}), "a-secret")
    server.tokens.identities[client.client_id] = client
    form = {
        "grant_type": "client_credentials",
        "client_id": client.client_id,
        "client_secret": "a-secret",
        "scope": f"{RESOURCE}/.default",
    }

    async def ask(changes: dict[str, str], tenant_id: str = TENANT_ID) -> Answer:
        body, target = urlencode({**form, **changes}), f"/{tenant_id}/oauth2/v2.0/token"
        return await asyncio.to_thread(exchange, server.address, "POST", target, body, {})

    token = (await ask({})).json["access_token"]
    assert (await PlainClient(server.address, token).get("/applications")).status == 200
    refused = [await ask({"client_secret": "wrong"}), await ask({"scope": RESOURCE}), await ask({}, "elsewhere")]
    assert [answer.status for answer in refused] == [401, 400, 400]


async def test_no_expired_or_foreign_token_is_taken(server: TenantServer, reader: PlainClient) -> None:
    claims = jwt.decode(reader.token, options={"verify_signature": False})
    server.tokens.lifetime = timedelta(seconds=-1)
    expired = (await identity_token(server.environment, READER)).json["access_token"]
    for token in ("", "nonsense", expired, SigningKey().sign(claims)):
        answer = await PlainClient(server.address, token).get("/servicePrincipals")
        assert (answer.status, answer.code) == (401, "InvalidAuthenticationToken")
    assert "www-authenticate" in answer.headers


async def test_a_disabled_identity_gets_no_new_token_and_keeps_the_one_it_has(
    server: TenantServer, reader: PlainClient
) -> None:
    principal = server.tenant.service_principal_of(READER)
    assert principal is not None
    server.tenant.service_principals.put({**principal, "accountEnabled": False})
    answer = await identity_token(server.environment, READER)
    assert answer.status == 400
    assert "AADSTS7000112" in answer.text
    assert (await reader.get("/servicePrincipals")).status == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/oauth2PermissionGrants"),
        ("GET", "/auditLogs/directoryAudits"),
        ("GET", "/users"),
        ("GET", "/groups/any/transitiveMembers"),
        ("GET", "/roleManagement/directory/roleAssignments"),
        ("GET", "/roleManagement/directory/roleDefinitions"),
        ("GET", "/oauth2PermissionGrants/$count"),
        ("PATCH", "/servicePrincipals/any"),
        ("DELETE", "/oauth2PermissionGrants/any"),
        ("POST", "/servicePrincipals/any/appRoleAssignedTo"),
    ],
)
async def test_reading_apps_is_not_enough_for(server: TenantServer, method: str, path: str) -> None:
    client = await identified(server, NARROW, "Application.Read.All")
    answer = await client.send(method, path, {})
    assert (answer.status, answer.code) == (403, "Authorization_RequestDenied")
    assert (await client.get("/servicePrincipals")).status == 200


async def test_the_right_over_apps_stops_at_application_permissions_and_grants(server: TenantServer) -> None:
    client = await identified(server, NARROW, "Application.ReadWrite.All")
    for path in ("/servicePrincipals/any/appRoleAssignedTo", "/oauth2PermissionGrants"):
        assert (await client.send("POST", path, {})).status == 403


async def test_who_may_write_its_own_apps_writes_no_others(server: TenantServer, tenant: Tenant) -> None:
    client = await identified(server, OWNER, "Application.ReadWrite.OwnedBy")
    own, other = (one["id"] for one in tenant.applications.all()[:2])
    principal = tenant.service_principal_of(OWNER)
    assert principal is not None
    tenant.owners[own] = (principal["id"],)
    statuses = [(await client.send("PATCH", f"/applications/{one}", {"notes": "x"})).status for one in (own, other)]
    assert statuses == [204, 403]


async def test_users_are_ids_only_to_who_may_not_read_them(server: TenantServer, tenant: Tenant) -> None:
    owned = next(key for key, owners in tenant.owners.items() if owners and tenant.applications.get(key))
    client = await identified(server, NARROW, "Application.Read.All")
    for owner in (await client.get(f"/applications/{owned}/owners")).values:
        assert owner["id"] in tenant.owners[owned]
        assert owner["userPrincipalName"] is None


def test_every_route_states_what_it_needs(tenant: Tenant) -> None:
    routes = {route.endpoint for route in Routes(tenant, Replicas(tenant), seed=0).all}
    assert routes | {"POST /$batch"} == set(needed())
