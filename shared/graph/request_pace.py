"""The pace of what takes few requests: of five in ten seconds none is ever one too many."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class RequestPace:
    """One request at a time, and the next at least ``seconds`` after the last was answered.

    Counted from the answer rather than the request: one that was slow to arrive would bring the next too close to it.
    Use it within one event loop.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._turns = asyncio.Lock()
        self._free_from = float("-inf")

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """For one request; waits for its turn."""
        clock = asyncio.get_running_loop().time
        async with self._turns:
            await asyncio.sleep(max(self._free_from - clock(), 0))
            try:
                yield
            finally:
                self._free_from = clock() + self._seconds
