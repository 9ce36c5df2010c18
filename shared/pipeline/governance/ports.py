"""What governance needs from the outside. The rules of ``shared/pipeline/ports.py`` hold here as there."""

from typing import Protocol

from shared.domain.alerts import HistoryEntry
from shared.domain.policy_book import BookChange, PolicyBook, PolicyVersion


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
