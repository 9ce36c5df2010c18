"""A tiny authority on loopback: serves whatever key set the test gives it, and counts how often it is asked."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

PATH = "/keys"


class Authority:
    """``body`` and ``status`` are what it answers with; both may be changed at any time."""

    def __init__(self) -> None:
        self.body = b""
        self.status = 200
        self.asked = 0
        self.url = ""

    async def answer(self, _: web.Request) -> web.Response:
        self.asked += 1
        location = {"Location": PATH} if 300 <= self.status < 400 else None
        return web.Response(status=self.status, body=self.body, headers=location)


@asynccontextmanager
async def running() -> AsyncIterator[Authority]:
    authority = Authority()
    app = web.Application()
    app.router.add_get(PATH, authority.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0]
    authority.url = f"http://{host}:{port}{PATH}"
    try:
        yield authority
    finally:
        await runner.cleanup()
