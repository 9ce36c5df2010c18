"""A scripted Graph and a simulated tenant, and connections to them as a managed identity gets its token: over HTTP."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from local.tenant.directory.clock import ManualClock
from local.tenant.directory.generate import generate
from local.tenant.identities import READER_CLIENT_ID, REMEDIATOR_CLIENT_ID, own_identities
from local.tenant.server import TenantServer, serve
from shared.graph.connection import GraphConnection
from shared.graph.limits import Limits
from tests.graph.periods import NOW
from tests.graph.scripted_graph import IDENTITY_SECRET, ScriptedGraph

AUDIENCE = "https://graph.example.org"
TENANT_ID = "5d9f8a4e-0c53-4f2b-9a57-3c1d8e6b7f21"
QUICK = Limits(
    body_bytes=4_000_000, tries=3, first_pause_seconds=0.01, report_pause_seconds=0, identity_pause_seconds=0
)


@pytest.fixture
async def graph(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ScriptedGraph]:
    graph = ScriptedGraph()
    await graph.start()
    monkeypatch.setenv("IDENTITY_ENDPOINT", f"{graph.address}/identity/token")
    monkeypatch.setenv("IDENTITY_HEADER", IDENTITY_SECRET)
    yield graph
    await graph.stop()


@pytest.fixture
async def elsewhere() -> AsyncIterator[ScriptedGraph]:
    """Another server, of which nobody should ask anything."""
    server = ScriptedGraph()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def connection(graph: ScriptedGraph) -> AsyncIterator[GraphConnection]:
    connection = GraphConnection(graph.address, "11111111-2222-3333-4444-555555555555", audience=AUDIENCE, limits=QUICK)
    yield connection
    await connection.close()


@pytest.fixture
async def single_try(graph: ScriptedGraph) -> AsyncIterator[GraphConnection]:
    """Repeats nothing, so that what one answer leads to can be seen."""
    connection = GraphConnection(graph.address, None, limits=replace(QUICK, tries=1))
    yield connection
    await connection.close()


@pytest.fixture
async def hasty(graph: ScriptedGraph) -> AsyncIterator[GraphConnection]:
    """Waits for no answer longer than half a second."""
    connection = GraphConnection(graph.address, None, limits=Limits(request_seconds=0.5, tries=1))
    yield connection
    await connection.close()


@pytest.fixture
async def tenant(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[TenantServer]:
    simulated = generate(seed=7, apps=250, tenant_id=TENANT_ID, clock=ManualClock(NOW))
    async with serve(simulated, own_identities(simulated), seed=7) as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        yield server


@pytest.fixture
async def reader(tenant: TenantServer) -> AsyncIterator[GraphConnection]:
    limits = Limits(tries=4, first_pause_seconds=0.01)
    connection = GraphConnection(tenant.address, READER_CLIENT_ID, limits=limits)
    yield connection
    await connection.close()


@pytest.fixture
async def remediator(tenant: TenantServer) -> AsyncIterator[GraphConnection]:
    connection = GraphConnection(tenant.address, REMEDIATOR_CLIENT_ID)
    yield connection
    await connection.close()
