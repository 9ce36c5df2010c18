"""What governance needs from the outside. The rules of ``shared/pipeline/ports.py`` hold here as there."""

from datetime import datetime, timedelta
from typing import Protocol

from shared.domain.alerts import HistoryEntry
from shared.domain.policy_book import BookChange, PolicyBook, PolicyVersion
from shared.domain.simulations import Simulation, SimulationResult


class SimulationHints(Protocol):
    async def simulate(self, simulation_id: str, delay: timedelta = timedelta(0)) -> None:
        """Hint that a simulation waits to be run."""
        ...


class Simulations(Protocol):
    """The simulations that were asked for, and their results."""

    async def add(self, simulation: Simulation) -> str:
        """Returns its version. Raises Conflict."""
        ...

    async def get(self, simulation_id: str) -> tuple[Simulation, str] | None: ...

    async def move(self, simulation: Simulation, version: str) -> str:
        """Raises Conflict."""
        ...

    async def waiting(self, before: datetime) -> tuple[Simulation, ...]:
        """Those asked for before this moment that are neither ready nor failed."""
        ...

    async def write_result(self, name: str, result: SimulationResult) -> None: ...

    async def read_result(self, name: str) -> SimulationResult:
        """Raises NotFound."""
        ...

    async def purge(self, now: datetime) -> int:
        """Remove expired ones with their results; returns how many."""
        ...


class PolicyBooks(Protocol):
    async def version(self) -> str | None:
        """Of the book as it is now: one small read."""
        ...

    async def read(self) -> PolicyBook: ...

    async def commit(self, change: BookChange) -> str:
        """Writes all of it or nothing and returns the new version. Raises Conflict where the book moved on."""
        ...

    async def versions(self, policy_id: str) -> list[PolicyVersion]:
        """The newest first, also of a policy that is gone."""
        ...

    async def entries(self, subject: str) -> list[HistoryEntry]:
        """The history of ``list/NAME`` or ``exemption/ID``, oldest first."""
        ...

    async def list_values(self, name: str) -> tuple[str, ...]:
        """Of one list of the tenant, empty where it is not stored: one small read."""
        ...
