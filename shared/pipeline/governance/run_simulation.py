"""Runs a simulation that waits: judges it, tells how far it is, and stores the result."""

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta

from shared.domain.errors import Unavailable
from shared.domain.simulations import Simulation, SimulationResult
from shared.pipeline.background_work import Attempt, Clock, Overtaken, system_clock, take_up
from shared.pipeline.governance.errors import PolicyRefused
from shared.pipeline.governance.judge_simulation import judge_simulation
from shared.pipeline.services import Services

_BETWEEN_MOVES = timedelta(seconds=2)
_LONGEST = timedelta(minutes=8)
"""The host ends a function after ten minutes, and with it whatever else its process was doing."""
_LONGEST_REASON = 500


async def run_simulation(
    services: Services,
    simulation_id: str,
    now: datetime,
    clock: Clock = system_clock,
    longest: timedelta = _LONGEST,
) -> None:
    """Runs it unless it is finished or somebody is at it. What fails is tried again, a few times."""
    attempt = await take_up(services.simulations, simulation_id, services.queue.simulate, now, clock)
    if attempt is None:
        return

    async def run() -> None:
        try:
            result = await _judged(services, attempt, clock, longest)
            await services.simulations.write_result(attempt.work.file, result)
            await attempt.finish(progress=100)
        except PolicyRefused as error:
            await _refuse(attempt, f"The policy cannot be used any more: {error}"[:_LONGEST_REASON])
        except _TooLong:
            await _refuse(attempt, f"It took longer than {longest.seconds // 60} minutes: ask for fewer days.")

    await attempt.carry_out(run)


class _TooLong(Exception):
    """Its time is up."""


async def _judged(
    services: Services, attempt: Attempt[Simulation], clock: Clock, longest: timedelta
) -> SimulationResult:
    """Raises _TooLong, PolicyRefused, Overtaken."""

    async def tell(progress: int, done: str) -> None:
        """Renews the claim with it, every other second at most.

        Whoever watches sees no progress go back: another attempt first has to come as far as the one before.
        """
        if clock() - attempt.moved >= _BETWEEN_MOVES:
            await attempt.renew(progress=max(attempt.work.progress, min(progress, 99)), done=done)

    try:
        async with asyncio.timeout(longest.total_seconds()) as limit:
            return await judge_simulation(services, attempt.work, tell)
    except TimeoutError as error:
        if limit.expired():
            raise _TooLong from error
        raise


async def _refuse(attempt: Attempt[Simulation], reason: str) -> None:
    """No attempt can succeed."""
    with suppress(Overtaken, Unavailable):
        await attempt.fail(reason)
