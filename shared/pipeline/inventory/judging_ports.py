"""What judging apps remembers beside the alerts. The rules of ``shared/pipeline/ports.py`` hold here as there."""

from collections.abc import Sequence
from typing import Protocol

from shared.domain.standing import JudgedPartition, VersionedStanding


class StandingFindings(Protocol):
    async def in_partition(self, partition: str) -> dict[str, VersionedStanding]:
        """All that ever stood, by fingerprint."""
        ...

    async def put(self, partition: str, changed: Sequence[VersionedStanding]) -> dict[str, VersionedStanding]:
        """Returns them as they are stored now, by fingerprint.

        Raises Conflict where one moved on; some of the others may be written then. Repeated, it raises Conflict.
        """
        ...


class JudgedPartitions(Protocol):
    async def all(self) -> dict[str, JudgedPartition]: ...

    async def note(self, judged: JudgedPartition) -> None:
        """In place of what was noted of the partition before."""
        ...
