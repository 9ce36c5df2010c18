"""The inventory of a simulated tenant, read over HTTP: whole, by changes, and through faults."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from local.tenant.directory.actors import Actor
from local.tenant.directory.clock import ManualClock
from local.tenant.directory.generate import generate
from local.tenant.graph.faults import RIDDEN_OUT, Fault
from local.tenant.identities import READER_CLIENT_ID, own_identities
from local.tenant.server import TenantServer, serve
from shared.domain.apps import App
from shared.domain.microsoft import API_APP_IDS, HOME_TENANTS
from shared.graph.connection import GraphConnection
from shared.graph.directory import GraphDirectory
from shared.graph.limits import Limits
from tests.pipeline.inventory.conftest import MINUTE, Inventory, StartInventory
from tests.pipeline.inventory.tenant import TENANT_ID

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
APPS = 150


@pytest.fixture
async def tenant(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[TenantServer]:
    simulated = generate(seed=7, apps=APPS, tenant_id=TENANT_ID, clock=ManualClock(NOW))
    async with serve(simulated, own_identities(simulated), seed=7) as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        yield server


@pytest.fixture
async def inventory(tenant: TenantServer, start: StartInventory) -> AsyncIterator[Inventory]:
    limits = Limits(tries=4, first_pause_seconds=0.01)
    connection = GraphConnection(tenant.address, READER_CLIENT_ID, limits=limits)
    yield start(GraphDirectory(connection))
    await connection.close()


def administrator(tenant: TenantServer) -> Actor:
    user = tenant.tenant.users.all()[0]
    return Actor.user(user["id"], user["userPrincipalName"])


def assert_shows(apps: dict[str, App], tenant: TenantServer) -> None:
    """Each service principal is an app with its state, its delegated scopes, its owners and its roles of known APIs."""
    state = tenant.tenant
    api_ids = {item["id"] for item in state.service_principals.all() if item["appId"] in API_APP_IDS}
    registrations = {item["appId"]: item["id"] for item in state.applications.all()}
    there = {item["appId"] for item in state.service_principals.all()} | registrations.keys()
    assert {app_id for app_id, app in apps.items() if app.deleted is None} == there
    for item in state.service_principals.all():
        app = apps[item["appId"]]
        owners = {owner["id"] for owner in state.owners_of(item["id"])}
        owners |= {owner["id"] for owner in state.owners_of(registrations.get(item["appId"], ""))}
        grants = state.grants.where("clientId", item["id"])
        roles = {
            held["appRoleId"]
            for held in state.app_role_assignments.all()
            if held["principalId"] == item["id"] and held["resourceId"] in api_ids
        }
        assert isinstance(app.permissions, tuple)
        assert isinstance(app.owners, tuple)
        delegated = {held.name for held in app.permissions if held.kind.value == "delegated"}
        assert (app.display_name, app.enabled) == (item["displayName"], item["accountEnabled"])
        assert {owner.id for owner in app.owners} == owners
        assert delegated == {scope for grant in grants for scope in grant["scope"].split()}
        assert len([held for held in app.permissions if held.kind.value == "application"]) >= len(roles)


async def test_a_full_read_shows_the_tenant_in_few_requests(inventory: Inventory, tenant: TenantServer) -> None:
    await inventory.tick()
    assert_shows(await inventory.apps(), tenant)
    asked = tenant.requests.requests
    principals, registrations = len(tenant.tenant.service_principals.all()), len(tenant.tenant.applications.all())
    assert asked["GET /servicePrincipals"] <= -(-principals // 100) + 1
    assert asked["GET /applications"] <= -(-registrations // 100)


async def test_changes_are_followed(inventory: Inventory, tenant: TenantServer) -> None:
    await inventory.tick()
    actor = administrator(tenant)
    vendors = [
        item["id"]
        for item in tenant.tenant.service_principals.all()
        if item["appOwnerOrganizationId"] not in HOME_TENANTS and item["accountEnabled"]
    ]
    tenant.tenant.update_service_principal(actor, vendors[0], {"accountEnabled": False})
    tenant.tenant.revoke_grant(actor, tenant.tenant.grants.all()[-1]["id"])
    await inventory.tick()
    assert_shows(await inventory.apps(), tenant)
    tenant.faults.once(Fault.DELTA_EXPIRED)
    tenant.tenant.update_service_principal(actor, vendors[1], {"accountEnabled": False})
    await inventory.tick(2)
    assert_shows(await inventory.apps(), tenant)


async def test_half_of_all_requests_may_fail(inventory: Inventory, tenant: TenantServer) -> None:
    tenant.faults.retry_after = 0
    tenant.faults.mix(0.5, RIDDEN_OUT)
    for _ in range(60):
        await inventory.tick()
        inventory.now += timedelta(minutes=15)  # past every back-off
        if (await inventory.services.inventory_reads.state()).state.reads:
            break
    tenant.faults.clear()
    inventory.now += 15 * MINUTE
    await inventory.tick()
    assert_shows(await inventory.apps(), tenant)
    assert tenant.requests.early == 0
