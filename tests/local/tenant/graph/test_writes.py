"""Writes of a client: what they answer, what they change, and the audits that they leave."""

from datetime import timedelta
from typing import Any

from local.tenant.directory.actors import Actor
from local.tenant.directory.clock import ManualClock
from local.tenant.directory.tenant import Tenant
from local.tenant.server import TenantServer
from tests.local.tenant.graph.plain_client import PlainClient

GRAPH = "00000003-0000-0000-c000-000000000000"
LATEST = timedelta(minutes=5)


async def activities(client: PlainClient, clock: ManualClock) -> list[str]:
    """The names of what is recorded by now, oldest first; all of it must be the client's own."""
    clock.advance(LATEST)
    records = await client.everything("/auditLogs/directoryAudits", {"$orderby": "activityDateTime asc"})
    assert {one["initiatedBy"]["app"]["displayName"] for one in records} == {"administrator"}
    return [one["activityDisplayName"] for one in records]


def registered(tenant: Tenant) -> dict[str, Any]:
    """A service principal with a registration here."""
    for application in tenant.applications.all():
        if found := tenant.service_principal_of(application["appId"]):
            return found
    raise AssertionError


def role(tenant: Tenant, value: str) -> tuple[str, str]:
    """Microsoft Graph's object id, and the id of one of its roles."""
    graph = tenant.service_principal_of(GRAPH)
    assert graph is not None
    return graph["id"], next(one["id"] for one in graph["appRoles"] if one["value"] == value)


async def test_an_app_is_disabled_and_enabled(administrator: PlainClient, tenant: Tenant, clock: ManualClock) -> None:
    at = f"/servicePrincipals/{registered(tenant)['id']}"
    for enabled in (False, True):
        answer = await administrator.send("PATCH", at, {"accountEnabled": enabled})
        assert (answer.status, answer.text) == (204, "")
        assert (await administrator.get(at)).json["accountEnabled"] is enabled
    # The same again changes nothing, so nothing is recorded.
    await administrator.send("PATCH", at, {"accountEnabled": True})
    assert await activities(administrator, clock) == ["Update service principal"] * 2


async def test_an_app_comes_goes_and_comes_back(administrator: PlainClient, clock: ManualClock) -> None:
    made = await administrator.send("POST", "/applications", {"displayName": "Payroll Export"})
    assert made.status == 201
    principal = await administrator.send("POST", "/servicePrincipals", {"appId": made.json["appId"]})
    assert principal.json["displayName"] == "Payroll Export"
    at = f"/servicePrincipals/{principal.json['id']}"
    assert (await administrator.send("DELETE", at)).status == 204
    assert (await administrator.get(at)).status == 404
    assert (await administrator.send("DELETE", at)).status == 404
    bin_path = "/directory/deletedItems/microsoft.graph.servicePrincipal"
    in_bin = {one["id"]: one for one in (await administrator.get(bin_path)).values}
    assert in_bin[principal.json["id"]]["deletedDateTime"] == clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    restore = f"/directory/deletedItems/{principal.json['id']}/restore"
    assert (await administrator.send("POST", restore)).status == 200
    assert (await administrator.get(at)).status == 200
    assert await activities(administrator, clock) == [
        "Add application",
        "Add service principal",
        "Remove service principal",
        "Restore service principal",
    ]


async def test_a_grant_is_given_narrowed_and_revoked(
    administrator: PlainClient, tenant: Tenant, clock: ManualClock
) -> None:
    new = await administrator.send("POST", "/applications", {"displayName": "Sync"})
    client = await administrator.send("POST", "/servicePrincipals", {"appId": new.json["appId"]})
    body = {
        "clientId": client.json["id"],
        "resourceId": role(tenant, "Mail.Read")[0],
        "consentType": "AllPrincipals",
        "scope": "Mail.Read User.Read",
    }
    made = await administrator.send("POST", "/oauth2PermissionGrants", body)
    assert made.status == 201
    twice = await administrator.send("POST", "/oauth2PermissionGrants", body)
    assert (twice.status, twice.code) == (409, "Request_MultipleObjectsWithSameKeyValue")
    at = f"/oauth2PermissionGrants/{made.json['id']}"
    assert (await administrator.send("PATCH", at, {"scope": "User.Read"})).status == 204
    of_client = await administrator.get(f"/servicePrincipals/{client.json['id']}/oauth2PermissionGrants")
    assert [one["scope"] for one in of_client.values] == ["User.Read"]
    assert (await administrator.send("DELETE", at)).status == 204
    assert (await administrator.send("DELETE", at)).status == 404
    assert (await activities(administrator, clock))[2:] == [
        "Add delegated permission grant",
        "Remove delegated permission grant",
        "Remove delegated permission grant",
    ]


async def test_an_application_permission_is_given_once_and_removed(
    administrator: PlainClient, tenant: Tenant, clock: ManualClock
) -> None:
    client = registered(tenant)["id"]
    graph, wanted = role(tenant, "Sites.FullControl.All")
    body = {"principalId": client, "resourceId": graph, "appRoleId": wanted}
    made = await administrator.send("POST", f"/servicePrincipals/{graph}/appRoleAssignedTo", body)
    assert made.status == 201
    twice = await administrator.send("POST", f"/servicePrincipals/{client}/appRoleAssignments", body)
    assert twice.status == 400
    assert "already exists" in twice.json["error"]["message"]
    held = await administrator.everything(f"/servicePrincipals/{graph}/appRoleAssignedTo", {"$top": "999"})
    assert made.json["id"] in {one["id"] for one in held}
    elsewhere = tenant.service_principals.all()[0]["id"]
    assert (
        await administrator.send("DELETE", f"/servicePrincipals/{elsewhere}/appRoleAssignments/{made.json['id']}")
    ).status == 404
    at = f"/servicePrincipals/{client}/appRoleAssignments/{made.json['id']}"
    assert (await administrator.send("DELETE", at)).status == 204
    assert await activities(administrator, clock) == [
        "Add app role assignment to service principal",
        "Remove app role assignment from service principal",
    ]


async def test_a_secret_is_shown_once(administrator: PlainClient, tenant: Tenant, clock: ManualClock) -> None:
    at = f"/applications/{tenant.applications.all()[0]['id']}"
    made = await administrator.send("POST", f"{at}/addPassword", {"passwordCredential": {"displayName": "ci"}})
    assert made.status == 200
    assert made.json["secretText"]
    credentials = (await administrator.get(at)).json["passwordCredentials"]
    (kept,) = (one for one in credentials if one["keyId"] == made.json["keyId"])
    assert (kept["secretText"], kept["hint"]) == (None, made.json["secretText"][:3])
    for status in (204, 400):
        answer = await administrator.send("POST", f"{at}/removePassword", {"keyId": made.json["keyId"]})
        assert answer.status == status
    name = "Update application \N{EN DASH} Certificates and secrets management "
    assert await activities(administrator, clock) == [name, name]


async def test_an_owner_is_added_once_and_removed(
    administrator: PlainClient, tenant: Tenant, clock: ManualClock
) -> None:
    application = next(one["id"] for one in tenant.applications.all() if not tenant.owners.get(one["id"]))
    user = tenant.users.all()[0]["id"]
    body = {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{user}"}
    at = f"/applications/{application}/owners"
    statuses = [(await administrator.send("POST", f"{at}/$ref", body)).status for _ in range(2)]
    assert statuses == [204, 400]
    (owner,) = (await administrator.get(at)).values
    assert (owner["@odata.type"], owner["id"]) == ("#microsoft.graph.user", user)
    assert (await administrator.send("DELETE", f"{at}/{user}/$ref")).status == 204
    assert await activities(administrator, clock) == ["Add owner to application", "Remove owner from application"]


async def test_what_belongs_to_microsoft_or_azure_is_not_changed(administrator: PlainClient, tenant: Tenant) -> None:
    managed = next(one for one in tenant.service_principals.all() if one["servicePrincipalType"] == "ManagedIdentity")
    for one in (role(tenant, "Mail.Read")[0], managed["id"]):
        answer = await administrator.send("PATCH", f"/servicePrincipals/{one}", {"accountEnabled": False})
        assert (answer.status, answer.code) == (403, "Authorization_RequestDenied")


async def test_a_body_that_says_nothing_useful_is_refused(administrator: PlainClient, tenant: Tenant) -> None:
    at = f"/servicePrincipals/{registered(tenant)['id']}"
    bodies: tuple[Any, ...] = (None, [], {"colour": "red"}, {"appId": "other"}, {"accountEnabled": "no"})
    for body in bodies:
        assert (await administrator.send("PATCH", at, body)).status == 400
    assert (await administrator.send("POST", "/oauth2PermissionGrants", {"clientId": 1})).status == 400


async def test_reads_may_lag_behind_a_write(server: TenantServer, administrator: PlainClient, tenant: Tenant) -> None:
    at = f"/servicePrincipals/{registered(tenant)['id']}"
    server.replicas.set_lag(3600)
    assert (await administrator.send("PATCH", at, {"accountEnabled": False})).status == 204
    assert (await administrator.get(at)).json["accountEnabled"] is True
    made = await administrator.send("POST", "/applications", {"displayName": "New"})
    assert (await administrator.get(f"/applications/{made.json['id']}")).status == 404
    server.replicas.set_lag(0)
    assert (await administrator.get(at)).json["accountEnabled"] is False


async def test_a_lagging_replica_catches_up(
    server: TenantServer, administrator: PlainClient, reader: PlainClient, tenant: Tenant
) -> None:
    latest = await reader.get("/servicePrincipals/delta?$deltatoken=latest")
    changed, deleted = (one["id"] for one in (registered(tenant), _made(tenant, "Short-lived")))
    server.replicas.set_lag(0.3)
    await administrator.send("PATCH", f"/servicePrincipals/{changed}", {"accountEnabled": False})
    await administrator.send("DELETE", f"/servicePrincipals/{deleted}")
    while (await reader.get(f"/servicePrincipals/{deleted}")).status == 200:
        continue
    assert (await reader.get(f"/servicePrincipals/{changed}")).json["accountEnabled"] is False
    told = await reader.get(latest.json["@odata.deltaLink"])
    assert {one["id"] for one in told.values} == {changed, deleted}


def _made(tenant: Tenant, name: str) -> dict[str, Any]:
    actor = Actor.user("a-user", "admin@contoso.example")
    return tenant.add_service_principal(actor, tenant.add_application(actor, {"displayName": name})["appId"])
