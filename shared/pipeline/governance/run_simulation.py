"""Runs a simulation that waits. Whoever does claims its row, and renews the claim as the work goes on.

A host that died lets its claim lapse, and another one begins anew with a result of its own; the result becomes the
simulation's with the last move of the row.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from shared.domain.errors import Conflict, Unavailable
from shared.domain.simulations import MOST_ATTEMPTS, Simulation, SimulationResult, SimulationState
from shared.pipeline.backoff import delay_after
from shared.pipeline.governance.errors import PolicyRefused
from shared.pipeline.governance.judge_simulation import judge_simulation
from shared.pipeline.services import Services
from shared.pipeline.unforeseen import told

_CLAIM = timedelta(minutes=3)
"""Longer than a portion ever takes: it is judged within seconds."""
_BETWEEN_MOVES = timedelta(seconds=2)
_LONGEST = timedelta(minutes=8)
"""The host ends a function after ten minutes, and with it whatever else its process was doing."""
_LONGEST_REASON = 500
_log = logging.getLogger(__name__)

type Clock = Callable[[], datetime]


async def run_simulation(
    services: Services,
    simulation_id: str,
    now: datetime,
    clock: Clock = lambda: datetime.now(UTC),
    longest: timedelta = _LONGEST,
) -> None:
    """Runs it unless it is finished or somebody is at it. What fails is tried again, a few times."""
    found = await services.simulations.get(simulation_id)
    if found is None or found[0].is_finished or found[0].expires <= now:
        return
    simulation, version = found
    if simulation.not_before is not None and simulation.not_before > now:
        return
    run = _Run(services, simulation, version, clock)
    try:
        if simulation.attempts >= MOST_ATTEMPTS:
            await run.give_up(simulation.reason or "the service ended while it ran")
            return
        await run.claim()
        result = await run.judge(longest)
        await services.simulations.write_result(run.simulation.file, result)
        await run.finish()
    except _Overtaken:
        _log.info("simulation taken over", extra={"simulation": simulation_id})
    except PolicyRefused as error:
        await run.refuse(f"The policy cannot be used any more: {error}"[:_LONGEST_REASON])
    except Unavailable as error:
        await run.postpone(error, str(error))
    except _TooLong:
        await run.refuse(f"It took longer than {longest.seconds // 60} minutes: ask for fewer days.")
    except Exception as error:  # stored rather than raised: the host would try again at once, and then never
        _log.exception("simulation failed", extra={"simulation": simulation_id})
        await run.postpone(error, told(error))


class _Overtaken(Exception):
    """Somebody else moved the simulation: its claim had lapsed."""


class _TooLong(Exception):
    """Its time is up."""


class _Run:
    """One attempt. ``simulation`` is as it was stored last."""

    def __init__(self, services: Services, simulation: Simulation, version: str, clock: Clock) -> None:
        self._services = services
        self._version = version
        self._clock = clock
        self._moved = datetime.min.replace(tzinfo=UTC)
        self.simulation = simulation

    async def claim(self) -> None:
        attempts = self.simulation.attempts + 1
        await self._move(state=SimulationState.RUNNING, attempts=attempts, not_before=self._clock() + _CLAIM)

    async def judge(self, longest: timedelta) -> SimulationResult:
        """Raises _TooLong."""
        try:
            async with asyncio.timeout(longest.total_seconds()) as limit:
                return await judge_simulation(self._services, self.simulation, self.tell)
        except TimeoutError as error:
            if limit.expired():
                raise _TooLong from error
            raise

    async def tell(self, progress: int, done: str) -> None:
        """Renews the claim with it, every other second at most. Raises _Overtaken.

        Whoever watches sees no progress go back: another attempt first has to come as far as the one before.
        """
        now = self._clock()
        if now - self._moved >= _BETWEEN_MOVES:
            furthest = max(self.simulation.progress, min(progress, 99))
            await self._move(progress=furthest, done=done, not_before=now + _CLAIM)

    async def finish(self) -> None:
        await self._move(
            state=SimulationState.READY, progress=100, not_before=None, completed=self._clock(), reason=None
        )

    async def postpone(self, error: Exception, reason: str) -> None:
        """Lets go of the claim, so that it is tried again later; or gives up."""
        try:
            if self.simulation.attempts >= MOST_ATTEMPTS:
                await self.give_up(reason)
                return
            delay = delay_after(max(self.simulation.attempts, 1), error)
            await self._move(state=SimulationState.QUEUED, not_before=self._clock() + delay, reason=reason)
            await self._services.queue.simulate(self.simulation.id, delay)
        except (_Overtaken, Unavailable):
            return  # The claim lapses by itself, and the sweeper hints.

    async def refuse(self, reason: str) -> None:
        """No attempt can succeed."""
        with suppress(_Overtaken, Unavailable):
            await self.fail(reason)

    async def give_up(self, last: str) -> None:
        await self.fail(f"It failed {self.simulation.attempts} times; the last time: {last}")

    async def fail(self, reason: str) -> None:
        await self._move(state=SimulationState.FAILED, not_before=None, completed=self._clock(), reason=reason)

    async def _move(self, **changes: object) -> None:
        """Raises _Overtaken."""
        moved = replace(self.simulation, **changes)
        try:
            self._version = await self._services.simulations.move(moved, self._version)
        except Conflict as error:
            raise _Overtaken from error
        self.simulation, self._moved = moved, self._clock()
