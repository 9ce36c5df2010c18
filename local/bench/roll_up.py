"""How fast an hour of a busy log is rolled up, with how much memory and how many requests.

Run as a program it rolls up what was archived, and prints how it went.
"""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import batched
from time import perf_counter

import msgspec

from local.azurite import Azurite
from local.bench.app_activity import HOUR, activity_lines
from local.bench.application import running
from local.bench.child import measured_by, settings_for
from local.bench.counted_storage import CountedStorage
from local.bench.peak_memory import peak_megabytes
from local.bench.results import Better, Judged, Result
from shared.bootstrap import application
from shared.domain.archived_events import HourOfStream
from shared.domain.streams import Stream
from shared.pipeline.activity.roll_up import roll_up
from shared.pipeline.collection.ingest import ingest
from shared.settings import settings_of_this_process
from shared.storage.aliases import TableAliases
from shared.storage.changed_hours import TableChangedHours
from shared.storage.connection import StorageConnection
from shared.storage.event_archive import BlobEventArchive
from shared.storage.roll_ups import TableRollUps

_STREAM = Stream.GRAPH_ACTIVITY
_RECORDS_PER_CHUNK = 1000
_MOST_REQUESTS = 1000


class RolledUp(msgspec.Struct, frozen=True, rename="camel"):
    """One hour of one stream."""

    seconds: float
    megabytes: float
    requests: int
    apps: int


def measure_roll_up(events: int) -> list[Result]:
    """A minute for 50,000 events. Raises RuntimeError where no app was counted."""
    with Azurite.start() as azurite:
        found = asyncio.run(_measure(azurite.connection_string, events))
    print(
        f"roll-up: {events:,} events of one hour, {found.apps} apps, in {found.seconds:.1f} s with {found.requests} "
        f"requests and {found.megabytes:.0f} MB at most."
    )
    return [
        Result(name="events rolled up", figure=events / found.seconds, unit="per second", aim=5_000),
        Result(
            name="memory of a roll-up",
            figure=found.megabytes,
            unit="MB",
            aim=250,
            better=Better.LOWER,
            judged=Judged.BY_AIM,
        ),
        Result(
            name="requests of rolling up a busy hour",
            figure=found.requests,
            unit="requests",
            aim=_MOST_REQUESTS,
            better=Better.LOWER,
        ),
    ]


async def _measure(connection_string: str, events: int) -> RolledUp:
    async with running(connection_string) as app:
        for lines in batched(activity_lines(_STREAM, events), _RECORDS_PER_CHUNK, strict=False):
            await ingest(app.services, _STREAM, lines, datetime.now(UTC))
        await app.services.changed_hours.note([HourOfStream(stream=_STREAM, hour=HOUR)])
    found = await measured_by(RolledUp, __spec__.name, settings=settings_for(connection_string))
    if not found.apps:
        raise RuntimeError("no app was counted")
    return found


async def _roll_up() -> RolledUp:
    """As the timer does it, through a connection that counts."""
    app = application()
    account = CountedStorage(settings_of_this_process().storage.connection_string or "")
    connection = StorageConnection(account)
    services = replace(
        app.services,
        aliases=TableAliases(connection),
        event_archive=BlobEventArchive(connection),
        changed_hours=TableChangedHours(connection),
        roll_ups=TableRollUps(connection),
    )
    try:
        started = perf_counter()
        await roll_up(services, HOUR + timedelta(hours=1))
        seconds, requests = perf_counter() - started, account.requests.total()
        apps = await services.roll_ups.active_apps(HOUR.date())
    finally:
        await connection.close()
        await app.close()
    return RolledUp(seconds, peak_megabytes(), requests, len(apps))


if __name__ == "__main__":
    print(msgspec.json.encode(asyncio.run(_roll_up())).decode())
