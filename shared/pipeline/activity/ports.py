"""What the record of activity needs from the outside. The rules of ``shared/pipeline/ports.py`` hold here as there."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from shared.domain.app_baselines import AppBaseline
from shared.domain.app_use import AppUse, UseOfDay, UseOfHour
from shared.domain.archived_events import ArchivedEvent, HourOfStream, LinesOfHour


class ChangedHours(Protocol):
    """Hours whose events are not all in the roll-ups yet. A note is written before its chunk counts as evaluated."""

    async def note(self, hours: Sequence[HourOfStream]) -> None: ...

    async def first(self, most: int) -> list[HourOfStream]:
        """The oldest first, with their versions."""
        ...

    async def done(self, hour: HourOfStream) -> None:
        """Forget the note, unless it was written again since it was read."""
        ...


class EventArchive(Protocol):
    """Archived events by their own time."""

    def of_hour(self, stream: str, hour: datetime) -> AsyncIterator[Sequence[ArchivedEvent]]:
        """All events of that hour, each once, a chunk at a time. What is older than the retention is not there."""
        ...

    def lines(
        self, stream: str, first: datetime, last: datetime, activities: Collection[str]
    ) -> AsyncIterator[LinesOfHour]:
        """Of each hour with events, oldest first, those of these activities; each event once, as ``of_hour`` has it."""
        ...

    async def streams(self) -> tuple[str, ...]: ...

    async def hours(self, stream: str, first: datetime, last: datetime) -> frozenset[datetime]:
        """The hours, of those of the two moments and all between, of which there may be events; of others is none."""
        ...

    async def compact(self, stream: str, day: date) -> int:
        """Write the events of each hour of a day into one blob; returns how many events. Repeating it mends it."""
        ...

    async def purge(self, before: date) -> int:
        """Remove what was collected before that day, and what leads to it; returns how many blobs that were."""
        ...


class RollUps(Protocol):
    async def replace_hour(self, stream: str, hour: datetime, uses: Mapping[str, AppUse]) -> None:
        """By appId; whatever stood there before goes."""
        ...

    async def hours(self, app_id: str, start: datetime, end: datetime) -> list[UseOfHour]: ...

    async def replace_day(self, app_id: str, day: UseOfDay) -> None: ...

    async def days(self, app_id: str, start: date, end: date) -> list[UseOfDay]:
        """From ``start`` up to but without ``end``, oldest first."""
        ...

    async def active_apps(self, day: date) -> list[str]:
        """Those with a roll-up of any hour of that day."""
        ...

    async def purge(self, before_hours: datetime, before_days: date) -> int: ...


class Baselines(Protocol):
    async def save(self, baseline: AppBaseline) -> None:
        """Insert; one that is there already stays."""
        ...

    async def latest(self, app_ids: Sequence[str], day: date) -> dict[str, AppBaseline]:
        """Of each app the newest that was built for ``day`` or before."""
        ...

    async def between(self, app_ids: Sequence[str], first: date, last: date) -> dict[str, list[AppBaseline]]:
        """Of each app those in force from ``first`` to ``last``, the newest first: one request for each app."""
        ...

    async def purge(self, before: date) -> int: ...
