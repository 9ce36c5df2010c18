"""Microsoft's own SDK works with the tenant as it does with Graph."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import TYPE_CHECKING

import httpx
import pytest
from azure.identity.aio import ManagedIdentityCredential

from local.tenant.directory.clock import ManualClock
from local.tenant.directory.tenant import Tenant
from local.tenant.graph.faults import Fault
from local.tenant.server import TenantServer
from tests.local.tenant.conftest import ADMINISTRATOR

if TYPE_CHECKING:
    from msgraph.graph_service_client import GraphServiceClient

# The SDK uses a class of its own libraries that is deprecated; it warns when it is first imported, so that is done
# inside the tests.


@pytest.fixture
async def graph(server: TenantServer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator["GraphServiceClient"]:
    """The SDK's client, with the managed identity that it finds in its environment."""
    from kiota_authentication_azure.azure_identity_authentication_provider import AzureIdentityAuthenticationProvider
    from msgraph.graph_request_adapter import GraphRequestAdapter
    from msgraph.graph_service_client import GraphServiceClient
    from msgraph_core import GraphClientFactory  # type: ignore[import-untyped]  # it ships no types

    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    async with ManagedIdentityCredential(client_id=ADMINISTRATOR) as credential:
        provider = AzureIdentityAuthenticationProvider(credential, scopes=["https://graph.microsoft.com/.default"])
        # The SDK wraps the transport in its middleware, and does not close it.
        async with httpx.AsyncHTTPTransport() as transport:
            http = GraphClientFactory.create_with_default_middleware(client=httpx.AsyncClient(transport=transport))
            adapter = GraphRequestAdapter(provider, client=http)
            adapter.base_url = f"{server.address}/v1.0"
            yield GraphServiceClient(request_adapter=adapter)


async def test_service_principals_are_listed_page_by_page(graph: "GraphServiceClient", tenant: Tenant) -> None:
    from kiota_abstractions.base_request_configuration import RequestConfiguration
    from msgraph.generated.service_principals.service_principals_request_builder import ServicePrincipalsRequestBuilder

    listed = ServicePrincipalsRequestBuilder.ServicePrincipalsRequestBuilderGetQueryParameters
    wanted = listed(select=["id", "displayName", "appId"], top=150)
    page = await graph.service_principals.get(RequestConfiguration(query_parameters=wanted))
    found = []
    while page is not None:
        found += page.value or []
        link = page.odata_next_link
        page = await graph.service_principals.with_url(link).get() if link else None
    assert [one.id for one in found] == [one["id"] for one in tenant.service_principals.all()]


async def test_owners_come_with_applications(graph: "GraphServiceClient", tenant: Tenant) -> None:
    from kiota_abstractions.base_request_configuration import RequestConfiguration
    from msgraph.generated.applications.applications_request_builder import ApplicationsRequestBuilder

    listed = ApplicationsRequestBuilder.ApplicationsRequestBuilderGetQueryParameters
    wanted = listed(select=["id"], expand=["owners($select=id)"], top=50)
    page = await graph.applications.get(RequestConfiguration(query_parameters=wanted))
    assert page is not None
    for one in page.value or []:
        owners = {owner.id for owner in one.owners or []}
        kept = tenant.owners.get(str(one.id), ())
        assert owners <= set(kept)
        assert len(owners) == min(len(kept), 20)


async def test_grants_are_read(graph: "GraphServiceClient", tenant: Tenant) -> None:
    page = await graph.oauth2_permission_grants.get()
    assert page is not None
    kept = {one["id"]: one["scope"] for one in tenant.grants.all()}
    assert {one.id: one.scope for one in page.value or []}.items() <= kept.items()
    assert len(page.value or []) == 100


async def test_an_app_is_disabled_and_its_audit_read(
    graph: "GraphServiceClient", tenant: Tenant, clock: ManualClock
) -> None:
    from kiota_abstractions.base_request_configuration import RequestConfiguration
    from msgraph.generated.audit_logs.directory_audits import directory_audits_request_builder
    from msgraph.generated.models.service_principal import ServicePrincipal

    builder = directory_audits_request_builder.DirectoryAuditsRequestBuilder
    application = next(one for one in tenant.applications.all() if tenant.service_principal_of(one["appId"]))
    principal = tenant.service_principal_of(application["appId"])
    assert principal is not None
    at = graph.service_principals.by_service_principal_id(principal["id"])
    await at.patch(ServicePrincipal(account_enabled=False))
    read = await at.get()
    assert read is not None
    assert read.account_enabled is False
    clock.advance(timedelta(minutes=5))
    audited = builder.DirectoryAuditsRequestBuilderGetQueryParameters
    wanted = audited(filter="activityDateTime ge 2026-03-02T00:00:00Z", orderby=["activityDateTime asc"], top=1000)
    page = await graph.audit_logs.directory_audits.get(RequestConfiguration(query_parameters=wanted))
    assert page is not None
    (record,) = page.value or []
    assert record.activity_display_name == "Update service principal"
    assert record.initiated_by is not None
    assert record.initiated_by.app is not None
    assert record.initiated_by.app.display_name == "administrator"


async def test_errors_are_its_own(graph: "GraphServiceClient") -> None:
    from msgraph.generated.models.o_data_errors.o_data_error import ODataError

    with pytest.raises(ODataError) as refused:
        await graph.service_principals.by_service_principal_id("none").get()
    assert refused.value.response_status_code == 404
    assert refused.value.error is not None
    assert refused.value.error.code == "Request_ResourceNotFound"


async def test_its_retry_waits_as_long_as_it_is_told(graph: "GraphServiceClient", server: TenantServer) -> None:
    server.faults.once(Fault.THROTTLED)
    assert await graph.oauth2_permission_grants.get() is not None
    assert server.requests.requests["GET /oauth2PermissionGrants"] == 2
    assert server.requests.early == 0
