"""The pace of what takes few requests: of five in ten seconds none is ever one too many."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class RequestPace:
    """One request at a time, and of any ``most`` + 1 the last at least ``seconds`` after the first was answered.

    Counted from the answer rather than the request: one that was slow to arrive would bring a later one too close to
    it. Within that, requests follow each other at once: waiting is paid for, and a few pages need none.
    Use it within one event loop.
    """

    def __init__(self, most: int, seconds: float) -> None:
        self._seconds = seconds
        self._turns = asyncio.Lock()
        self._answered: deque[float] = deque([float("-inf")] * most, maxlen=most)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """For one request; waits for its turn."""
        clock = asyncio.get_running_loop().time
        async with self._turns:
            await asyncio.sleep(max(self._answered[0] + self._seconds - clock(), 0))
            try:
                yield
            finally:
                self._answered.append(clock())
