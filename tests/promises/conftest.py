"""The inventory of a tenant that is served over HTTP, on real storage."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest

from local.tenant.directory.clock import ManualClock
from local.tenant.directory.generate import generate
from local.tenant.identities import READER_CLIENT_ID, own_identities
from local.tenant.server import TenantServer, serve
from shared.bootstrap import Application
from shared.graph.connection import GraphConnection
from shared.graph.limits import Limits
from tests.pipeline.conftest import Start
from tests.pipeline.conftest import start as start_application
from tests.pipeline.inventory.conftest import NOW, rules, start
from tests.pipeline.inventory.tenant import TENANT_ID

__all__ = ["rules", "start", "start_application"]

_SEED = 7

type ServeTenant = Callable[[int], Awaitable[TenantServer]]
"""Serves a tenant of so many apps."""
type Connect = Callable[[TenantServer], GraphConnection]
"""Connects the reader to it."""


@pytest.fixture
async def serve_tenant(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ServeTenant]:
    async with AsyncExitStack() as served:

        async def one(apps: int) -> TenantServer:
            # Nobody is late and nothing is throttled but what a test wants so.
            tenant = generate(seed=_SEED, apps=apps, tenant_id=TENANT_ID, clock=ManualClock(NOW - timedelta(days=1)))
            server = await served.enter_async_context(serve(tenant, own_identities(tenant), seed=_SEED))
            server.directory_limit.limit = server.report_limit.limit = None
            for name, value in server.environment.items():
                monkeypatch.setenv(name, value)
            return server

        yield one


@pytest.fixture
async def connect() -> AsyncIterator[Connect]:
    opened: list[GraphConnection] = []

    def one(server: TenantServer) -> GraphConnection:
        limits = Limits(first_pause_seconds=0.02, report_pause_seconds=0)
        opened.append(GraphConnection(server.address, READER_CLIENT_ID, limits=limits))
        return opened[-1]

    yield one
    for connection in opened:
        await connection.close()


@pytest.fixture
def application(start_application: Start, unique: Callable[[str], str]) -> Application:
    return start_application(unique("p"))
