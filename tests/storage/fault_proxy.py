"""A proxy on loopback before Azurite's table service: counts requests, holds them up, or answers in its place."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web
from yarl import URL

type Fault = Callable[[web.Request], Awaitable[web.Response | None]]
"""Given every request; None lets it pass."""

_HOP_BY_HOP = {"transfer-encoding", "connection", "keep-alive", "content-length", "host"}


class FaultProxy:
    def __init__(self, table_endpoint: str, session: aiohttp.ClientSession) -> None:
        self._target = URL(table_endpoint).origin()
        self._session = session
        self.requests: list[str] = []
        self.fault: Fault | None = None

    async def handle(self, request: web.Request) -> web.Response:
        self.requests.append(f"{request.method} {request.raw_path}")
        answer = await self.fault(request) if self.fault is not None else None
        return answer if answer is not None else await self.forward(request)

    async def forward(self, request: web.Request) -> web.Response:
        headers = {name: value for name, value in request.headers.items() if name.lower() not in _HOP_BY_HOP}
        async with self._session.request(
            request.method,
            URL(f"{self._target}{request.raw_path}", encoded=True),
            headers=headers,
            data=await request.read() or None,
            skip_auto_headers=("Content-Type",),  # It is signed, as absent where the client sent none.
        ) as answer:
            kept = {name: value for name, value in answer.headers.items() if name.lower() not in _HOP_BY_HOP}
            return web.Response(status=answer.status, headers=kept, body=await answer.read())


@asynccontextmanager
async def proxied(connection_string: str) -> AsyncIterator[tuple[FaultProxy, str]]:
    """The proxy, and a connection string that leads to the tables through it."""
    found = re.search(r"TableEndpoint=([^;]+)", connection_string)
    assert found is not None
    async with aiohttp.ClientSession(auto_decompress=False) as session:
        proxy = FaultProxy(found[1], session)
        application = web.Application(client_max_size=16 * 1024 * 1024)
        application.router.add_route("*", "/{path:.*}", proxy.handle)
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        try:
            yield proxy, connection_string.replace(found[1], f"http://127.0.0.1:{port}{URL(found[1]).path}")
        finally:
            await runner.cleanup()
