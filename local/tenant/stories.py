"""Scenarios under way in a served tenant."""

import asyncio
from datetime import datetime
from typing import Any

from local.tenant.directory.errors import Refused
from local.tenant.directory.scenario import Run, load_scenarios
from local.tenant.directory.tenant import Tenant

_LONGEST_SLEEP = 1.0
"""Seconds. The tenant's clock need not be the machine's: it may be moved at any time."""


class Stories:
    """Starts scenarios and plays their steps as the tenant's time comes to them, in the caller's loop."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._known = load_scenarios()
        self._runs: list[Run] = []
        self._failures: dict[str, str] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def names(self) -> tuple[str, ...]:
        """The ids of all scenarios."""
        return tuple(self._known)

    def start(self, scenario_id: str, factor: float = 1) -> Run:
        """Start one now, ``factor`` times as fast as it is written. Raises KeyError where there is none."""
        run = self._known[scenario_id].run(self._tenant, factor=factor)
        self._runs.append(run)
        task = asyncio.create_task(self._play(run))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return run

    def state(self) -> list[dict[str, Any]]:
        """Each scenario that was started: its apps, when its next step is due, and what ended it early."""
        return [
            {
                "id": run.scenario.id,
                "appIds": run.app_ids,
                "nextDue": _text(run.next_due()),
                "failure": self._failures.get(run.scenario.id),
            }
            for run in self._runs
        ]

    async def stop(self) -> None:
        """Play no further."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _play(self, run: Run) -> None:
        while (due := run.next_due()) is not None:
            left = (due - self._tenant.clock.now()).total_seconds()
            if left > 0:
                await asyncio.sleep(min(left, _LONGEST_SLEEP))
                continue
            try:
                run.advance(self._tenant.clock.now())
            except Refused as error:
                # Somebody changed what the story needs, as a remediation does: the attack is over.
                self._failures[run.scenario.id] = str(error)
                return


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
