"""Waiting for what comes true by itself, with a limit that only a fault reaches."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable

_LIMIT_SECONDS = 20.0
_POLL_SECONDS = 0.02


def eventually(holds: Callable[[], bool]) -> None:
    """Wait until ``holds`` is true."""
    deadline = time.monotonic() + _LIMIT_SECONDS
    while not holds():
        assert time.monotonic() < deadline, "did not come true in time"
        time.sleep(_POLL_SECONDS)


async def until(holds: Callable[[], bool | Awaitable[bool]]) -> None:
    """Wait until ``holds`` is true, while the loop runs on."""
    async with asyncio.timeout(_LIMIT_SECONDS):
        while True:
            held = holds()
            if await held if inspect.isawaitable(held) else held:
                return
            await asyncio.sleep(_POLL_SECONDS)
