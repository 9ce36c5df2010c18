"""A webhook receiver on this machine that counts what it is told."""

import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

from aiohttp import web


class Receiver:
    """``told`` counts delivery ids; ``bodies`` are what was posted, whole."""

    def __init__(self) -> None:
        self.told = Counter[str]()
        self.bodies: list[bytes] = []
        self._address = ""

    @classmethod
    @asynccontextmanager
    async def listening(cls) -> AsyncIterator["Receiver"]:
        receiver = cls()
        application = web.Application()
        application.router.add_post("/alerts", receiver._take)
        runner = web.AppRunner(application)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        _, port = cast(tuple[str, int], runner.addresses[0])
        receiver._address = f"http://127.0.0.1:{port}"
        try:
            yield receiver
        finally:
            await runner.cleanup()

    @property
    def settings(self) -> dict[str, str]:
        """App settings by which a service tells this receiver."""
        return {"WEBHOOK_URL": f"{self._address}/alerts", "WEBHOOK_ALLOWED_HOSTS": "127.0.0.1"}

    async def _take(self, request: web.Request) -> web.Response:
        # Read in full first: a post whose sender died half way does not count.
        self.bodies.append(await request.read())
        self.told[json.loads(self.bodies[-1])["id"]] += 1
        return web.Response(status=202)
