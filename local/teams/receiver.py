"""The flow and its channel, over HTTP on this machine.

As the real one, it answers 202 with nothing at once, drops what is too large without a word, and tells the sender
nothing of what became of a card. ``GET /`` shows the cards that arrived, the newest first.
"""

import asyncio
import json
from collections.abc import Callable
from enum import StrEnum
from typing import Any, Self, cast

from aiohttp import web

from local.teams.page import page_of

_MOST_BYTES = 28 * 1024
_WORKFLOW = "/workflows/made-up/triggers/manual/paths/invoke"
_SIGNATURE = "api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=made-up-signature"


class Fault(StrEnum):
    """What the flow does instead of taking a card."""

    NONE = "none"
    BUSY = "busy"
    """429, and when to come back."""
    BROKEN = "broken"
    """502: there was no response."""
    HANGING = "hanging"
    """It takes the card and never says so."""
    REMOVED = "removed"
    """404: the flow was deleted."""
    GONE = "gone"
    UNAUTHORISED = "unauthorised"
    """401: the signature is no longer good."""
    ERROR_TEXT = "error-text"
    """200, and only the text says that the card was not posted."""


_ANSWERS: dict[Fault, Callable[[], web.Response]] = {
    Fault.NONE: lambda: web.Response(status=202),
    Fault.HANGING: lambda: web.Response(status=202),
    Fault.BUSY: lambda: web.Response(status=429, headers={"Retry-After": "30"}),
    Fault.BROKEN: lambda: web.Response(status=502),
    Fault.REMOVED: lambda: web.Response(status=404),
    Fault.GONE: lambda: web.Response(status=410),
    Fault.UNAUTHORISED: lambda: web.Response(status=401),
    Fault.ERROR_TEXT: lambda: web.Response(status=200, text="Message delivery failed with error: HTTP error 429"),
}


class TeamsReceiver:
    """``async with TeamsReceiver() as receiver``: listens on 127.0.0.1, on a free port unless one is given.

    ``cards`` are those in the channel, oldest first; ``dropped`` counts those that were too large or no card at all;
    ``fault`` may be set at any time, or by ``POST /faults/NAME``.
    """

    def __init__(self, port: int = 0) -> None:
        self.cards: list[dict[str, Any]] = []
        self.requests = 0
        self.dropped = 0
        self.fault = Fault.NONE
        self.address = ""
        self._port = port
        self._ended = asyncio.Event()
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """The address to post to, with its signature."""
        return f"{self.address}{_WORKFLOW}?{_SIGNATURE}"

    async def __aenter__(self) -> Self:
        application = web.Application()
        application.add_routes(
            [
                web.post(_WORKFLOW, self._take),
                web.get("/", self._show),
                web.post("/faults/{fault}", self._set_fault),
            ]
        )
        self._runner = web.AppRunner(application, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        port = cast(tuple[str, int], self._runner.addresses[0])[1]
        self.address = f"http://127.0.0.1:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._ended.set()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.requests += 1
        if self.fault in {Fault.NONE, Fault.HANGING}:
            self._post(body)
        if self.fault is Fault.HANGING:
            await self._ended.wait()
        return _ANSWERS[self.fault]()

    def _post(self, body: bytes) -> None:
        card = _card_of(body) if len(body) <= _MOST_BYTES else None
        if card is None:
            self.dropped += 1
        else:
            self.cards.append(card)

    async def _show(self, _: web.Request) -> web.Response:
        return web.Response(
            text=page_of(self.cards, self.dropped),
            content_type="text/html",
            headers={"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"},
        )

    async def _set_fault(self, request: web.Request) -> web.Response:
        try:
            self.fault = Fault(request.match_info["fault"])
        except ValueError:
            raise web.HTTPNotFound(text=f"one of {', '.join(Fault)}") from None
        return web.Response(status=204)


def _card_of(body: bytes) -> dict[str, Any] | None:
    try:
        [attachment] = json.loads(body)["attachments"]
        card = attachment["content"]
    except (ValueError, KeyError, TypeError):
        return None
    return card if isinstance(card, dict) and card.get("type") == "AdaptiveCard" else None
