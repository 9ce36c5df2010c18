"""What reading the inventory needs from storage: the list, its days, timelines, people and exports."""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

from shared.domain.app_summaries import AppCounts, AppPage, AppQuery, AppSummary
from shared.domain.exports import Export
from shared.domain.inventory_days import ChangesSince, InventoryDay
from shared.domain.people import Person
from shared.domain.timeline import TimelineEntry, TimelinePage
from shared.pipeline.ports import Hints


class AppList(Protocol):
    """A snapshot of one small row for each app, with changed rows laid over it. Hosts keep it while it is current."""

    async def page(self, query: AppQuery, top: int, after: str | None, now: datetime) -> AppPage:
        """Raises ValueError for an ``after`` that no page of this sort gave."""
        ...

    async def counts(self, query: AppQuery, now: datetime) -> AppCounts:
        """Of the apps that match."""
        ...

    def batches(self, query: AppQuery, now: datetime) -> AsyncIterator[tuple[AppSummary, ...]]:
        """All apps that match, in their order, some thousand at a time, of one state of the list."""
        ...

    async def rows(self, app_ids: Sequence[str]) -> dict[str, AppSummary]:
        """Those that are listed."""
        ...

    async def owned_by(self, principal_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """The appIds of listed apps that these service principals own, by the owner's object id."""
        ...

    async def exists(self) -> bool:
        """Whether it was ever made of all apps: until then it has at most some of them."""
        ...

    async def update(self, changed: Sequence[AppSummary], owners: dict[str, tuple[str, ...]]) -> None:
        """Put these in place of what the list says of them; if nothing differs, nothing is written. Raises Conflict.

        ``owners`` are the object ids of the service principals that own each, by appId.
        """
        ...

    async def rebuild(self, now: datetime) -> None:
        """Make the list anew from all stored apps; readers keep the old one until it is there. Raises Conflict."""
        ...


class AppHistory(Protocol):
    """The list as it was on former days."""

    async def record(self, now: datetime) -> InventoryDay | None:
        """Keep the list of today, once a day; None where today's is kept already, or there is no list yet."""
        ...

    async def days(self, since: date) -> tuple[InventoryDay, ...]:
        """Oldest first; a day on which the service did not run is not there."""
        ...

    async def changes_since(self, day: date, top: int, after: str | None) -> ChangesSince | None:
        """Against the snapshot of that day, else of the first one after it; None where there is none.

        Raises ValueError for an ``after`` that no page of this day gave.
        """
        ...

    async def consented_users(self, day: date, app_ids: Sequence[str]) -> dict[str, int] | None:
        """How many users had consented to each on that day, else on the last before it; None: no such day is kept."""
        ...

    async def purge(self, now: datetime) -> int:
        """Remove snapshots and days that are too old; returns how many."""
        ...


class Timelines(Protocol):
    async def add(self, entries: Iterable[TimelineEntry]) -> None:
        """Adds what is not there yet."""
        ...

    async def page(self, app_id: str, top: int, after: str | None) -> TimelinePage:
        """Newest first. Raises ValueError for an ``after`` that no page of this app gave."""
        ...

    async def grants(self, app_id: str, most: int) -> tuple[TimelineEntry, ...]:
        """The newest entries that tell of granted permissions."""
        ...


class People(Protocol):
    """Users of the directory, as far as they matter to apps."""

    async def save(self, people: Sequence[Person], read: int) -> None: ...

    async def get(self, user_ids: Sequence[str]) -> dict[str, Person]:
        """Those that are known."""
        ...

    async def marked(self) -> dict[str, Person]:
        """All that are marked, by id. Kept in memory while they do not change."""
        ...

    async def mark(self, read: int) -> None:
        """Make ``marked`` anew from all people that this read saw, and forget the others."""
        ...


class ExportHints(Hints, Protocol):
    async def build_export(self, export_id: str, delay: timedelta = timedelta(0)) -> None:
        """Hint that an export waits to be built."""
        ...


class Exports(Protocol):
    """The exports that were asked for."""

    async def add(self, export: Export) -> str:
        """Returns its version."""
        ...

    async def get(self, export_id: str) -> tuple[Export, str] | None: ...

    async def move(self, export: Export, version: str) -> str:
        """Raises Conflict."""
        ...

    async def waiting(self, before: datetime) -> tuple[Export, ...]:
        """Those asked for before this moment that are neither ready nor failed."""
        ...

    async def purge(self, now: datetime) -> int:
        """Remove expired ones with their files; returns how many."""
        ...


class ExportFiles(Protocol):
    async def write(self, name: str, parts: AsyncIterator[bytes]) -> int:
        """Write the whole file in place of an older one; returns its size in bytes."""
        ...

    async def read(self, name: str, start: int, length: int) -> bytes:
        """At most ``length`` bytes from ``start``. Raises NotFound."""
        ...
