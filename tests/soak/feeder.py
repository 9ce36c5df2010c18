"""The collector's part as a process of its own, so that it can be killed: ingests a round when it is told to.

It reads lines ``seed round`` from its standard input, ingests that round from its beginning, answers ``fed``, and ends
with its standard input. Storage is that of its environment.
"""

import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from shared.bootstrap import build
from shared.domain.errors import Unavailable
from shared.pipeline.collection.ingest import ingest
from shared.pipeline.services import Services
from shared.settings import settings_of_this_process
from tests.soak.records import chunks_of

SOURCE = "tenant"
_ROOT = Path(__file__).resolve().parents[2]
_MOST_TRIES = 120
_LONGEST_ROUND_SECONDS = 300.0


class Feeder:
    """The process, as the test holds it."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def start(cls, environment: Mapping[str, str]) -> Self:
        """Returns when it is ready to feed at once."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.soak.feeder"),
            cwd=_ROOT,
            env={**os.environ, **environment},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        feeder = cls(process)
        assert await feeder._said() == "ready"
        return feeder

    async def feed(self, seed: int, round_number: int) -> bool:
        """Ingest one round; False if the process was killed meanwhile."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{seed} {round_number}\n".encode())
        return await self._said() == "fed"

    async def kill(self) -> None:
        """End it at once, as a crash would (SIGKILL); a second call does nothing."""
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()

    async def _said(self) -> str:
        """The next line, empty at the end of the process."""
        assert self._process.stdout is not None
        async with asyncio.timeout(_LONGEST_ROUND_SECONDS):
            return (await self._process.stdout.readline()).decode().strip()


async def feed_round(services: Services, chunks: Sequence[Sequence[bytes]]) -> None:
    """Ingest every chunk; one that storage had no answer for is tried again, as a collector does."""
    for lines in chunks:
        for _ in range(_MOST_TRIES):
            try:
                await ingest(services, SOURCE, lines, datetime.now(UTC))
                break
            except Unavailable:
                await asyncio.sleep(0.5)
        else:
            raise Unavailable(f"storage did not answer {_MOST_TRIES} times")


async def _serve() -> None:
    application = build(settings_of_this_process())
    _say("ready")
    while line := await asyncio.to_thread(sys.stdin.readline):
        seed, round_number = map(int, line.split())
        await feed_round(application.services, chunks_of(seed, round_number))
        _say("fed")
    await application.close()


def _say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(_serve())
