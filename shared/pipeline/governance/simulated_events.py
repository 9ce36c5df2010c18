"""Archived events for a simulation: hour by hour over all streams, each with its app as the inventory knows it now."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from shared.domain.app_references import Alias
from shared.domain.apps import App
from shared.domain.archived_events import LinesOfHour
from shared.domain.events import Event
from shared.pipeline.activity.ports import EventArchive
from shared.pipeline.collection.own_actions import explanation_of, own_identity
from shared.pipeline.detection.services import DetectionServices
from shared.pipeline.services import Services
from shared.policies.screening import Screening
from shared.sources.aliases import object_ids_of, resolve

_HOUR = timedelta(hours=1)
_MOST_ALIASES = 200_000
_MOST_APPS = 20_000
"""Held at once: some 100 MB. Few tenants have more that do anything within weeks."""


async def hours_of_streams(
    archive: EventArchive, streams: Collection[str], first: datetime, last: datetime, activities: Collection[str]
) -> AsyncIterator[tuple[datetime, Mapping[str, LinesOfHour]]]:
    """Every hour from that of ``first`` to that of ``last``, also those without events, by stream."""
    readers = {stream: archive.lines(stream, first, last, activities) for stream in streams}
    try:
        heads = dict(zip(readers, await asyncio.gather(*map(_next, readers.values())), strict=True))
        hour = first.replace(minute=0, second=0, microsecond=0)
        while hour <= last:
            found = {stream: head for stream, head in heads.items() if head is not None and head.hour == hour}
            yield hour, found
            following = await asyncio.gather(*(_next(readers[stream]) for stream in found))
            heads |= dict(zip(found, following, strict=True))
            hour += _HOUR
    finally:
        for reader in readers.values():
            if isinstance(reader, AsyncGenerator):
                await reader.aclose()


async def without_own_switches(
    services: Services, judged: Sequence[tuple[Event, App | None]]
) -> list[tuple[Event, App | None]]:
    """Without what remediation did itself, which judging live leaves out, too."""
    return [
        (event, app)
        for event, app in judged
        if (acting := own_identity(event, services.own_app_ids)) is None
        or await explanation_of(services, event, acting) is None
    ]


async def _next(reader: AsyncIterator[LinesOfHour]) -> LinesOfHour | None:
    return await anext(reader, None)


class Identities:
    """Fills in whose events they are, as judging them live does, but asks storage for each id only once."""

    def __init__(self, services: DetectionServices, most: int = _MOST_APPS) -> None:
        self._services = services
        self._most = most
        self._aliases: dict[str, Alias | None] = {}
        self._apps: dict[str, App | None] = {}
        self._forgotten = 0

    @property
    def apps_met(self) -> int:
        """How many apps the events were about; one that was forgotten meanwhile may count twice."""
        return self._forgotten + len(self._apps)

    async def of(self, events: Sequence[Event]) -> list[tuple[Event, App | None]]:
        unresolved = [object_ids_of(event) for event in events]
        await self._learn_aliases({one for ids in unresolved for one in ids})
        resolved = [
            resolve(event, self._aliases.get) if ids else event for event, ids in zip(events, unresolved, strict=True)
        ]
        await self._learn_apps({event.app.app_id for event in resolved if event.app.app_id})
        apps = [self._apps.get(event.app.app_id or "") for event in resolved]
        return [
            (event if app is None or archived.app.display_name else _named(event, app), app)
            for event, archived, app in zip(resolved, events, apps, strict=True)
        ]

    async def screened(self, screening: Screening, lines: Sequence[bytes], hour: datetime) -> list[bytes]:
        """The lines of events that may match, or whose app has to be found out; the apps of the others are met, too."""
        seen = [screening.decode(line) for line in lines]
        await self._learn_apps({event.app.app_id for event in seen if event.app.app_id})
        get, may_match = self._apps.get, screening.may_match
        return [
            line
            for line, event in zip(lines, seen, strict=True)
            if not event.app.display_name
            or object_ids_of(event)
            or may_match(event, get(event.app.app_id or ""), event.time or hour)
        ]

    async def _learn_aliases(self, object_ids: Iterable[str]) -> None:
        if len(self._aliases) > _MOST_ALIASES:
            self._aliases = {}
        missing = sorted(set(object_ids) - self._aliases.keys())
        if missing:
            self._aliases |= dict.fromkeys(missing)
            self._aliases |= await self._services.aliases.lookup(missing)

    async def _learn_apps(self, app_ids: set[str]) -> None:
        if len(self._apps) > self._most:
            self._forgotten, self._apps = self.apps_met, {}
        missing = sorted(app_ids - self._apps.keys())
        if missing:
            self._apps |= dict.fromkeys(missing)
            self._apps |= await self._services.apps.get(missing)


def _named(event: Event, app: App) -> Event:
    """A record that tells no name gets the inventory's."""
    if not app.display_name:
        return event
    return replace(event, app=replace(event.app, display_name=app.display_name))
