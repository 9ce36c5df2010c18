"""A small tenant, served over HTTP, with the identities of a reader and of an administrator."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from local.tenant.directory.clock import ManualClock
from local.tenant.directory.generate import generate
from local.tenant.directory.tenant import Tenant
from local.tenant.identities import add_managed_identity
from local.tenant.server import TenantServer, serve

TENANT_ID = "6f0c1d52-8a34-4f6e-9b27-3d5e8c1a7f40"
READER = "0d9e8c7b-6a5f-4e3d-8c2b-1a0f9e8d7c6b"
ADMINISTRATOR = "1e0f9d8c-7b6a-4f5e-9d3c-2b1a0f9e8d7c"

_READS = ("Application.Read.All", "AuditLog.Read.All", "Directory.Read.All")
_WRITES = (
    "Application.ReadWrite.All",
    "AppRoleAssignment.ReadWrite.All",
    "AuditLog.Read.All",
    "DelegatedPermissionGrant.ReadWrite.All",
    "Directory.Read.All",
)


@pytest.fixture
def clock() -> ManualClock:
    """The tenant's time; tokens go by the machine's."""
    return ManualClock(datetime(2026, 3, 2, 9, tzinfo=UTC))


@pytest.fixture
def tenant(clock: ManualClock) -> Tenant:
    return generate(seed=1, apps=240, tenant_id=TENANT_ID, clock=clock)


@pytest.fixture
async def server(tenant: Tenant) -> AsyncIterator[TenantServer]:
    """Without faults and lag; audit logs may be read as often as a test likes."""
    reader = add_managed_identity(tenant, READER, "reader", _READS)
    administrator = add_managed_identity(tenant, ADMINISTRATOR, "administrator", _WRITES)
    async with serve(tenant, {READER: reader, ADMINISTRATOR: administrator}, seed=1) as server:
        server.report_limit.limit = None
        yield server
