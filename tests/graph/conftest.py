"""A scripted Graph, and a connection to it as a managed identity gets its token: over HTTP."""

from collections.abc import AsyncIterator

import pytest

from shared.graph.connection import GraphConnection
from shared.graph.limits import Limits
from tests.graph.scripted_graph import IDENTITY_SECRET, ScriptedGraph

AUDIENCE = "https://graph.example.org"
QUICK = Limits(body_bytes=4_000_000, tries=3, first_pause_seconds=0.01)


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
    connection = GraphConnection(graph.address, None, limits=Limits(body_bytes=4_000_000, tries=1))
    yield connection
    await connection.close()


@pytest.fixture
async def hasty(graph: ScriptedGraph) -> AsyncIterator[GraphConnection]:
    """Waits for no answer longer than half a second."""
    connection = GraphConnection(graph.address, None, limits=Limits(request_seconds=0.5, tries=1))
    yield connection
    await connection.close()
