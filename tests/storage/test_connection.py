"""The connection: signs in as the identity of the function app, and opens nothing before it is used."""

import time
from collections.abc import AsyncIterator
from typing import cast

import pytest
from aiohttp import web

from shared.domain.errors import Unavailable
from shared.storage.connection import ManagedIdentity, StorageConnection

NOBODY = "https://127.0.0.1:9"


@pytest.fixture
async def token_requests(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[dict[str, str]]]:
    """The queries that a stub of the platform's identity endpoint received."""
    received: list[dict[str, str]] = []

    async def give_token(request: web.Request) -> web.Response:
        received.append(dict(request.query))
        expires = str(int(time.time()) + 3600)
        token = {"access_token": "made-up", "expires_on": expires, "token_type": "Bearer"}
        return web.json_response(token | {"resource": request.query["resource"]})

    application = web.Application()
    application.router.add_get("/msi/token", give_token)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = cast(tuple[str, int], runner.addresses[0])[1]
    monkeypatch.setenv("IDENTITY_ENDPOINT", f"http://127.0.0.1:{port}/msi/token")
    monkeypatch.setenv("IDENTITY_HEADER", "made-up")
    yield received
    await runner.cleanup()


async def test_every_service_is_entered_with_one_identity(token_requests: list[dict[str, str]]) -> None:
    connection = StorageConnection(ManagedIdentity(NOBODY, NOBODY, NOBODY, "client-1"), timeout_seconds=1, retries=0)
    assert token_requests == []
    for open_service in (connection.table, connection.queue, connection.container):
        with pytest.raises(Unavailable, match="could not be reached"):
            await open_service("name")
    await connection.close()
    assert {query["client_id"] for query in token_requests} == {"client-1"}
    assert {query["resource"] for query in token_requests} == {"https://storage.azure.com"}


async def test_a_connection_that_was_never_used_closes_quietly() -> None:
    await StorageConnection(ManagedIdentity(NOBODY, NOBODY, NOBODY)).close()
