"""The inventory of a simulated tenant, read over HTTP: whole, by changes, and through faults."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import pytest_asyncio

from local.tenant.directory.actors import Actor
from local.tenant.directory.clock import ManualClock
from local.tenant.directory.generate import generate
from local.tenant.graph.faults import RIDDEN_OUT, Fault
from local.tenant.identities import READER_CLIENT_ID, own_identities
from local.tenant.server import TenantServer, serve
from shared.domain.apps import App
from shared.domain.events import CredentialKind
from shared.domain.ledger import SourceHealth
from shared.domain.microsoft import API_APP_IDS, HOME_TENANTS
from shared.graph.connection import GraphConnection
from shared.graph.directory import GraphDirectory
from shared.graph.limits import Limits
from shared.policies.ruleset import RuleSet
from tests.pipeline.inventory.conftest import Inventory, open_inventory
from tests.pipeline.inventory.tenant import TENANT_ID

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
APPS, FEWER_APPS = 150, 80
"""Both make more than one page of service principals."""


@dataclass(frozen=True)
class Served:
    """``asked`` is what the first full read asked for. Who changes the tenant lets the inventory follow."""

    inventory: Inventory
    server: TenantServer
    asked: Counter[str]


@asynccontextmanager
async def served(connection_string: str, rules: RuleSet, apps: int) -> AsyncIterator[tuple[Inventory, TenantServer]]:
    simulated = generate(seed=7, apps=apps, tenant_id=TENANT_ID, clock=ManualClock(NOW))
    with pytest.MonkeyPatch.context() as environment:
        async with serve(simulated, own_identities(simulated), seed=7) as server:
            for name, value in server.environment.items():
                environment.setenv(name, value)
            limits = Limits(tries=4, first_pause_seconds=0.01)
            connection = GraphConnection(server.address, READER_CLIENT_ID, limits=limits)
            prefix = f"s{uuid4().hex[:12]}"
            inventory = open_inventory(connection_string, prefix, rules, GraphDirectory(connection))
            yield inventory, server
            await connection.close()
            await inventory.connection.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def read(connection_string: str, rules: RuleSet) -> AsyncIterator[Served]:
    """A tenant that was read whole, for all tests of this file."""
    async with served(connection_string, rules, APPS) as (inventory, server):
        await inventory.tick()
        yield Served(inventory, server, Counter(server.requests.requests))


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


async def test_a_full_read_shows_the_tenant_in_few_requests(read: Served) -> None:
    tenant, asked = read.server, read.asked
    assert_shows(await read.inventory.apps(), tenant)
    principals, registrations = len(tenant.tenant.service_principals.all()), len(tenant.tenant.applications.all())
    assert asked["GET /servicePrincipals"] <= -(-principals // 100) + 1
    # Of federated credentials there is one more list of all registrations, in larger pages.
    assert asked["GET /applications"] <= -(-registrations // 100) + -(-registrations // 999)


async def test_roles_credentials_and_people_are_those_of_the_tenant(read: Served) -> None:
    state, apps = read.server.tenant, await read.inventory.apps()
    of_groups = {member: group for group, members in state.group_members.items() for member in members}
    held: dict[str, set[str]] = {}
    for assignment in state.role_assignments.all():
        for holder in (assignment["principalId"], *state.group_members.get(assignment["principalId"], ())):
            held.setdefault(holder, set()).add(assignment["roleDefinitionId"])
    assert held.keys() & of_groups.keys()
    for item in state.service_principals.all():
        app = apps[item["appId"]]
        assert isinstance(app.directory_roles, tuple)
        assert {role.template_id for role in app.directory_roles} == held.get(item["id"], set())
        assert all(role.name for role in app.directory_roles)
    users = {user["id"]: user for user in state.users.all()}
    for app in apps.values():
        for owner in app.owners or ():
            if owner.id in users and app.deleted is None:
                user = users[owner.id]
                assert (owner.guest, owner.enabled) == (user["userType"] == "Guest", user["accountEnabled"])
                assert len(owner.roles) == len(held.get(owner.id, ()))
    for item in state.applications.all():
        credentials = apps[item["appId"]].credentials or ()
        trusted = {each.key_id for each in credentials if each.kind is CredentialKind.FEDERATED}
        assert trusted == {each["id"] for each in state.federated_credentials.get(item["id"], ())}
    assert state.federated_credentials
    parts = (await read.inventory.services.inventory_reads.state()).state.parts
    assert {part.health for part in parts.values()} == {SourceHealth.OK}


async def test_a_deleted_app_is_told_with_its_days_and_comes_back_when_restored(read: Served) -> None:
    inventory, tenant = read.inventory, read.server
    actor = administrator(tenant)
    vendor = next(
        item
        for item in tenant.tenant.service_principals.all()
        if item["appOwnerOrganizationId"] not in HOME_TENANTS | {TENANT_ID}
    )
    tenant.tenant.delete_service_principal(actor, vendor["id"])
    inventory.now += timedelta(days=1)
    await inventory.tick()
    gone = (await inventory.apps())[vendor["appId"]]
    assert gone.deleted is not None
    assert gone.recoverable_until == gone.deleted + timedelta(days=30)
    assert gone.deleted < NOW + timedelta(hours=1)
    tenant.tenant.restore(actor, vendor["id"])
    await inventory.tick(2)
    restored = (await inventory.apps())[vendor["appId"]]
    assert (restored.deleted, restored.recoverable_until) == (None, None)


async def test_changes_are_followed(read: Served) -> None:
    inventory, tenant = read.inventory, read.server
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


async def test_half_of_all_requests_may_fail(connection_string: str, rules: RuleSet) -> None:
    async with served(connection_string, rules, FEWER_APPS) as (inventory, tenant):
        tenant.faults.retry_after = 0
        tenant.faults.mix(0.5, RIDDEN_OUT)
        for _ in range(60):
            await inventory.tick()
            inventory.now += timedelta(minutes=15)  # past every back-off
            if (await inventory.services.inventory_reads.state()).state.reads:
                break
        tenant.faults.clear()
        # A part that failed again and again was left out, and is read with the next whole read.
        inventory.now += timedelta(hours=7)
        await inventory.tick(3)
        assert_shows(await inventory.apps(), tenant)
        assert tenant.requests.early == 0
