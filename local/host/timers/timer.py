"""Timer triggers: one run at a time, at each moment of the schedule, and at once for a moment missed."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Protocol

from local.host.invocation import Tick, TimerStatus
from local.host.timers.schedules import Schedule

type RunOnTick = Callable[[Tick], Awaitable[None]]

_log = logging.getLogger(__name__)

_LONGEST_SLEEP_SECONDS = 3600.0


class StatusStore(Protocol):
    """Keeps a timer's status from one start of the host to the next."""

    async def read(self) -> TimerStatus | None:
        """The status as last written, None before the first time."""
        ...

    async def write(self, status: TimerStatus) -> None:
        """Replace the status."""
        ...


class Timer:
    """Runs one function by its schedule. ``store`` is None for timers whose status is not kept.

    A run that outlasts the interval delays the next, which then starts at once; what was missed in between
    is not made up for.
    """

    def __init__(
        self, name: str, schedule: Schedule, run: RunOnTick, store: StatusStore | None, on_startup: bool
    ) -> None:
        self._name = name
        self._schedule = schedule
        self._run = run
        self._store = store
        self._on_startup = on_startup
        self._kept: TimerStatus | None = None
        self._stopping = asyncio.Event()

    async def prepare(self) -> None:
        """Read the status that an earlier start left. Raises AzureError where storage cannot be reached."""
        self._kept = await self._store.read() if self._store else None

    async def listen(self) -> None:
        """Run by the schedule until ``stop_taking``; then wait for the run under way."""
        now = datetime.now(UTC)
        status = await self._begin(self._kept, now)
        past_due = status.next < now
        if past_due or self._on_startup:
            status = await self._tick(status, past_due=past_due)
        while await self._sleep_until(status.next):
            status = await self._tick(status, past_due=False)

    def stop_taking(self) -> None:
        """Start no more runs."""
        self._stopping.set()

    async def _begin(self, kept: TimerStatus | None, now: datetime) -> TimerStatus:
        upcoming = self._schedule.next_after(now)
        if kept is not None and kept.next == self._schedule.next_after(kept.last or kept.updated) <= upcoming:
            return kept
        # The first start of this timer, or its schedule has changed, or the machine's clock was ahead when it last
        # ran: it comes due from now on only.
        status = TimerStatus(kept.last if kept else None, upcoming, now)
        await self._keep(status)
        return status

    async def _tick(self, status: TimerStatus, past_due: bool) -> TimerStatus:
        if self._stopping.is_set():
            return status
        started = datetime.now(UTC)
        if past_due:
            _log.warning("Timer %s is past due since %s", self._name, status.next.isoformat())
        await self._run(Tick(past_due, status if self._store else None))
        # Counted from the start of the run, so that one that came due meanwhile is not skipped.
        status = TimerStatus(started, self._schedule.next_after(started), started)
        await self._keep(status)
        return status

    async def _keep(self, status: TimerStatus) -> None:
        if self._store:
            await self._store.write(status)

    async def _sleep_until(self, moment: datetime) -> bool:
        """Whether the moment came; False where the host stops before."""
        while not self._stopping.is_set():
            seconds = (moment - datetime.now(UTC)).total_seconds()
            if seconds <= 0:
                return True
            try:
                # In slices, so that a machine that was asleep notices within the hour.
                await asyncio.wait_for(self._stopping.wait(), min(seconds, _LONGEST_SLEEP_SECONDS))
            except TimeoutError:
                continue
        return False
