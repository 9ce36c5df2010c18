"""Federated credentials of registrations, and apps that own others, over HTTP."""

import pytest

from local.tenant.directory.tenant import Tenant
from tests.local.tenant.graph.plain_client import PlainClient

TRUSTS = "federatedIdentityCredentials"


@pytest.fixture
def trusting(tenant: Tenant) -> str:
    """The id of a registration that trusts an issuer."""
    return next(one for one, trusts in tenant.federated_credentials.items() if trusts)


async def test_beta_lists_registrations_with_whom_they_trust(reader: PlainClient, tenant: Tenant) -> None:
    path = f"/applications?$select=id,appId&$expand={TRUSTS}&$top=999"
    answer = await reader.send("GET", path, version="beta")
    told = {one["id"]: one[TRUSTS] for one in answer.values}
    assert told.keys() == {one["id"] for one in tenant.applications.all()}
    assert {key: trusts for key, trusts in told.items() if trusts} == {
        key: list(trusts) for key, trusts in tenant.federated_credentials.items()
    }
    assert (await reader.get(path)).status == 400


async def test_one_registration_tells_them_in_both_versions(reader: PlainClient, tenant: Tenant, trusting: str) -> None:
    (trust,) = (await reader.get(f"/applications/{trusting}/{TRUSTS}")).values
    assert trust == tenant.federated_credentials[trusting][0]
    assert trust["audiences"] == ["api://AzureADTokenExchange"]
    assert (await reader.get(f"/applications/{trusting}", {"$expand": TRUSTS})).json[TRUSTS] == [trust]
    assert (await reader.get(f"/applications/none/{TRUSTS}")).status == 404


async def test_a_batch_asks_many_registrations_at_once(reader: PlainClient, tenant: Tenant, trusting: str) -> None:
    asked = [trusting, *(one["id"] for one in tenant.applications.all() if one["id"] != trusting)][:20]
    requests = [{"id": one, "method": "GET", "url": f"/applications/{one}/{TRUSTS}"} for one in asked]
    answer = await reader.send("POST", "/$batch", {"requests": requests})
    told = {one["id"]: one["body"]["value"] for one in answer.json["responses"]}
    assert told == {one: list(tenant.federated_credentials.get(one, ())) for one in asked}


async def test_a_batch_is_of_the_version_that_it_is_sent_to(reader: PlainClient) -> None:
    requests = [{"id": "1", "method": "GET", "url": f"/applications?$expand={TRUSTS}"}]
    statuses = []
    for version in ("beta", "v1.0"):
        answer = await reader.send("POST", "/$batch", {"requests": requests}, version=version)
        statuses.append(answer.json["responses"][0]["status"])
    assert statuses == [200, 400]


async def test_an_owner_that_is_an_app_says_so(reader: PlainClient, tenant: Tenant) -> None:
    owned, owner = next(
        (key, one) for key, owners in tenant.owners.items() for one in owners if tenant.service_principals.get(one)
    )
    listed = await reader.everything(f"/applications/{owned}/owners", {"$select": "id,displayName"})
    types = {one["id"]: one["@odata.type"] for one in listed}
    assert types.pop(owner) == "#microsoft.graph.servicePrincipal"
    assert set(types.values()) <= {"#microsoft.graph.user"}
    expanded = await reader.get(f"/applications/{owned}", {"$expand": "owners($select=id)"})
    assert {one["id"]: one["@odata.type"] for one in expanded.json["owners"]} == {
        one["id"]: one["@odata.type"] for one in listed
    }
