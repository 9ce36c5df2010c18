"""A server on this machine that says what a test tells it to, and notes what it was asked. It hands out tokens too."""

import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, cast

from aiohttp import web

type Reply = Callable[[web.Request], Awaitable[web.StreamResponse]]

TOKEN = "made-up-token-of-the-reader"
IDENTITY_SECRET = "made-up-identity-header"


@dataclass(frozen=True)
class Asked:
    """One request. ``at`` counts seconds from any start."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any
    at: float = field(default_factory=time.monotonic)


class ScriptedGraph:
    """Answers with each of ``script`` once, in order, and then with its last for ever."""

    def __init__(self) -> None:
        self.script: list[Reply] = []
        self.asked: list[Asked] = []
        self.token_requests: list[dict[str, str]] = []
        self.token_status = 200
        self.port = 0
        self._runner: web.AppRunner | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        application = web.Application(client_max_size=8 * 1024 * 1024)
        application.router.add_get("/identity/token", self._token)
        application.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(application, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.port = cast(tuple[str, int], self._runner.addresses[0])[1]

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        self.asked.append(
            Asked(
                request.method,
                request.path,
                dict(request.query),
                {name.lower(): value for name, value in request.headers.items()},
                json.loads(body) if body else None,
            )
        )
        reply = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        return await reply(request)

    async def _token(self, request: web.Request) -> web.Response:
        self.token_requests.append(dict(request.query))
        if self.token_status != 200 or request.headers.get("X-IDENTITY-HEADER") != IDENTITY_SECRET:
            return web.json_response({"error": "no identity"}, status=400)
        expires = str(int(time.time()) + 86_000)
        return web.json_response(
            {
                "access_token": TOKEN,
                "expires_on": expires,
                "resource": request.query["resource"],
                "token_type": "Bearer",
            }
        )
