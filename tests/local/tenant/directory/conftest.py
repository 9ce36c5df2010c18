"""A small tenant on a clock that the tests move, and people who write to it."""

from datetime import UTC, datetime

import pytest

from local.tenant.directory.actors import Actor
from local.tenant.directory.clock import ManualClock
from local.tenant.directory.collections import Object
from local.tenant.directory.generate import generate
from local.tenant.directory.tenant import Tenant
from shared.domain.microsoft import MICROSOFT_GRAPH

TENANT_ID = "0c7a1f4e-5d0b-4c63-9a49-3b8f8f3f6d11"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 10, 1, 6, tzinfo=UTC))


@pytest.fixture
def tenant(clock: ManualClock) -> Tenant:
    return generate(seed=7, apps=40, tenant_id=TENANT_ID, clock=clock)


@pytest.fixture
def administrator(tenant: Tenant) -> Actor:
    """A Global Administrator."""
    global_administrator = "62e90394-69f5-4237-9190-012177145e10"
    held = next(one for one in tenant.role_assignments.all() if one["roleDefinitionId"] == global_administrator)
    user = tenant.users.get(held["principalId"])
    assert user
    return Actor.user(user["id"], user["userPrincipalName"], "198.51.100.8")


@pytest.fixture
def graph(tenant: Tenant) -> Object:
    """The service principal of Microsoft Graph."""
    found = tenant.service_principal_of(MICROSOFT_GRAPH)
    assert found
    return found


@pytest.fixture
def registration(tenant: Tenant, administrator: Actor) -> Object:
    """An app that the administrator has just registered."""
    return tenant.add_application(administrator, {"displayName": "Contoso Test"})


@pytest.fixture
def client(tenant: Tenant, administrator: Actor, registration: Object) -> Object:
    """The service principal of that app."""
    return tenant.add_service_principal(administrator, registration["appId"])
