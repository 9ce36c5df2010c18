"""Work that somebody asked for and reads the outcome of later: exports of the list of apps, simulations of policies.

The row of a piece of work is the truth, the message only a hint. Whoever takes it up claims the row and renews that
claim as the work goes on; a host that died lets the claim lapse, and another one begins anew with a file of its own.
That file becomes the work's with the last move of the row, so what is read is always the outcome of one attempt.
"""

import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

from msgspec.structs import replace

from shared.domain.errors import Conflict, Unavailable
from shared.domain.exports import Export
from shared.domain.simulations import Simulation
from shared.pipeline.backoff import delay_after
from shared.pipeline.unforeseen import told

MOST_ATTEMPTS: Final = 5
PATIENCE: Final = timedelta(minutes=2)
"""Work younger than this is on its way."""
_CLAIM: Final = timedelta(minutes=3)
"""Longer than any portion of the work takes: each is done within seconds."""
_MOST_TRIES: Final = 10
_log = logging.getLogger(__name__)

type Clock = Callable[[], datetime]


class Hint(Protocol):
    async def __call__(self, work_id: str, delay: timedelta = timedelta(0), /) -> None:
        """Tell a host that this work waits."""
        ...


class Rows[W](Protocol):
    async def add(self, work: W, /) -> str: ...

    async def get(self, work_id: str, /) -> tuple[W, str] | None: ...

    async def move(self, work: W, version: str, /) -> str: ...

    async def waiting(self, before: datetime, /) -> tuple[W, ...]: ...


class Overtaken(Exception):
    """Somebody else moved the work: its claim had lapsed."""


def system_clock() -> datetime:
    return datetime.now(UTC)


async def begin[W: (Export, Simulation)](rows: Rows[W], work: W, hint: Hint) -> W:
    """The work, or what was begun under this id before and has not had its time. Raises Unavailable."""
    for _ in range(_MOST_TRIES):
        found = await rows.get(work.id)
        if found is not None and found[0].expires > work.created:
            return found[0]
        try:
            await (rows.move(work, found[1]) if found is not None else rows.add(work))
        except Conflict:
            continue  # The same request again, at the same moment: the next round finds what it began.
        try:
            await hint(work.id)
        except (Conflict, Unavailable) as error:
            _log.warning("it will be taken up later", extra={"work": work.id, "reason": str(error)})
        return work
    raise Unavailable(f"it changed {_MOST_TRIES} times meanwhile")


async def hint_waiting[W: (Export, Simulation)](rows: Rows[W], hint: Hint, now: datetime, patience: timedelta) -> int:
    """Hint again at what has waited for a while; returns how many."""
    due = [work for work in await rows.waiting(now - patience) if _is_free(work, now)]
    for work in due:
        await hint(work.id)
    return len(due)


async def take_up[W: (Export, Simulation)](
    rows: Rows[W], work_id: str, hint: Hint, now: datetime, clock: Clock
) -> "Attempt[W] | None":
    """None where it is finished, where somebody is at it, and where it has had its time."""
    found = await rows.get(work_id)
    if found is None or found[0].is_finished or found[0].expires <= now or not _is_free(found[0], now):
        return None
    return Attempt(rows, *found, hint, clock)


class Attempt[W: (Export, Simulation)]:
    """``work`` is as it was stored last, and ``moved`` when."""

    def __init__(self, rows: Rows[W], work: W, version: str, hint: Hint, clock: Clock) -> None:
        self._rows: Rows[W] = rows
        self._version = version
        self._hint = hint
        self._clock = clock
        self.work: W = work
        self.moved = clock()

    async def carry_out(self, do: Callable[[], Awaitable[None]], **at_first: object) -> None:
        """Claims the work, with what it is ``at_first``, and does it. What fails is tried again later, a few times."""
        try:
            if self.work.attempts >= MOST_ATTEMPTS:
                await self._give_up(self.work.reason or "the service ended meanwhile")
                return
            running = type(self.work.state).RUNNING
            await self.renew(state=running, attempts=self.work.attempts + 1, **at_first)
            await do()
        except Overtaken:
            _log.info("work taken over", extra={"work": self.work.id})
        except Unavailable as error:
            await self._postpone(error, str(error))
        except Exception as error:  # stored rather than raised: the host would try again at once, and then never
            _log.exception("work failed", extra={"work": self.work.id})
            await self._postpone(error, told(error))

    async def renew(self, **changes: object) -> None:
        """Keeps others away for a while longer. Raises Overtaken."""
        await self._move(not_before=self._clock() + _CLAIM, **changes)

    async def finish(self, **changes: object) -> None:
        """Raises Overtaken."""
        ready = type(self.work.state).READY
        await self._move(state=ready, not_before=None, completed=self._clock(), reason=None, **changes)

    async def fail(self, reason: str) -> None:
        """For good. Raises Overtaken."""
        failed = type(self.work.state).FAILED
        await self._move(state=failed, not_before=None, completed=self._clock(), reason=reason)

    async def _postpone(self, error: Exception, reason: str) -> None:
        """Lets go of the claim, so that it is tried again later; or gives up."""
        try:
            if self.work.attempts >= MOST_ATTEMPTS:
                await self._give_up(reason)
                return
            delay = delay_after(max(self.work.attempts, 1), error)
            queued = type(self.work.state).QUEUED
            await self._move(state=queued, not_before=self._clock() + delay, reason=reason)
            await self._hint(self.work.id, delay)
        except (Overtaken, Unavailable):
            return  # The claim lapses by itself, and the sweeper hints.

    async def _give_up(self, last: str) -> None:
        await self.fail(f"It failed {self.work.attempts} times; the last time: {last}")

    async def _move(self, **changes: object) -> None:
        """Raises Overtaken."""
        moved = replace(self.work, **changes)
        try:
            self._version = await self._rows.move(moved, self._version)
        except Conflict as error:
            raise Overtaken from error
        self.work, self.moved = moved, self._clock()


def _is_free(work: Export | Simulation, now: datetime) -> bool:
    return work.not_before is None or work.not_before <= now
