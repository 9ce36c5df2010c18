"""Rounds of records, each with a death in it, on one storage account."""

import asyncio
import time
from dataclasses import dataclass, field
from random import Random

from tests.soak.feeder import Feeder
from tests.soak.figures import Figures
from tests.soak.reckoning import reckon
from tests.soak.service import Service, running
from tests.soak.work_left import become_quiet, find_lost_work, has_work

_FEEDER_DIES = 0.4
"""In so many rounds; as a host dies twice in its rounds on average, that is one kill in four."""
_DIES_AGAIN = 1 / 2
"""How often a host dies while it recovers from the death before."""
_UNDISTURBED_ROUNDS = 4
"""The first starts everything; the fastest of the others tells how long a round takes."""


async def campaign(seed: int, kills: int) -> Figures:
    """Kill host and feeder so often in all, at moments drawn from the seed, and count what came of it."""
    async with running() as service:
        feeder = await Feeder.start(service.environment)
        killing = _Killing(seed, kills, service, feeder, Random(seed))
        try:
            await killing.run()
        finally:
            await killing.feeder.kill()
        await reckon(service, seed, killing.figures)
        return killing.figures


@dataclass
class _Killing:
    seed: int
    kills: int
    service: Service
    feeder: Feeder
    random: Random
    figures: Figures = field(default_factory=Figures)
    feeding_takes: float = 0.0
    round_takes: float = 0.0

    async def run(self) -> None:
        durations = [await self._undisturbed_round() for _ in range(_UNDISTURBED_ROUNDS)]
        self.feeding_takes, self.round_takes = map(min, zip(*durations[1:], strict=True))
        while self.figures.kills < self.kills:
            await self._round()

    async def _undisturbed_round(self) -> tuple[float, float]:
        """Returns the seconds until all was fed, and until all was done."""
        started_at = time.monotonic()
        assert await self._feed()
        fed_at = time.monotonic()
        await become_quiet(self.service.services)
        self.figures.rounds += 1
        return fed_at - started_at, time.monotonic() - started_at

    async def _round(self) -> None:
        """Feed; kill one of the two while it works, the host perhaps again while it recovers; finish the round."""
        feeding = asyncio.create_task(self._feed())
        if self.random.random() < _FEEDER_DIES:
            died_at = await self._kill_feeder()
        else:
            died_at = await self._kill_host()
            while self.random.random() < _DIES_AGAIN and self.figures.kills < self.kills:
                died_at = await self._kill_host()
        if not await feeding:
            assert await self._feed()
        await become_quiet(self.service.services)
        self.figures.recoveries.append(time.monotonic() - died_at)
        self.figures.rounds += 1

    async def _feed(self) -> bool:
        return await self.feeder.feed(self.seed, self.figures.rounds)

    async def _kill_feeder(self) -> float:
        """Returns when it died; the next one is ready."""
        await asyncio.sleep(self.random.uniform(0, self.feeding_takes))
        died_at = time.monotonic()
        await self.feeder.kill()
        self.figures.kills_of_the_feeder += 1
        self.figures.kills_amid_work += await has_work(self.service.services)
        self.feeder = await Feeder.start(self.service.environment)
        await find_lost_work(self.service.services)
        return died_at

    async def _kill_host(self) -> float:
        """Returns when it died; the next one runs."""
        await asyncio.sleep(self.random.uniform(0, self.round_takes))
        died_at = time.monotonic()
        self.service.host.kill()
        self.figures.kills_of_the_host += 1
        self.figures.kills_amid_work += await has_work(self.service.services)
        await self.service.host.start()
        await find_lost_work(self.service.services)
        return died_at
