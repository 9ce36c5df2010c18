"""How many bytes the archive keeps of a million records, by the log they come from, and how fast they are read back."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import batched
from time import perf_counter

from msgspec import Struct

from local.azurite import Azurite
from local.bench.app_activity import HOUR, STREAMS, activity_lines
from local.bench.application import running
from local.bench.audit_records import BETWEEN, LAST, audit_lines
from local.bench.results import Better, Result
from shared.bootstrap import Application
from shared.domain.streams import Stream
from shared.pipeline.collection.ingest import ingest
from shared.storage.archive import EVENTS, RAW

_RECORDS_PER_CHUNK = 1000
_MOST_BYTES = 500
"""Of one record, raw and normalised together, with the copy that compaction makes of its event."""


class Kept(Struct, frozen=True):
    """What the archive holds of so many records of one stream, in bytes, and seconds to read their events back."""

    stream: Stream
    records: int
    raw: int
    events: int
    compacted: int
    from_chunks: float
    from_hours: float

    @property
    def total(self) -> int:
        return self.raw + self.events + self.compacted


def measure_archive(records: int) -> list[Result]:
    """Half a minute for 10,000 records of each log. Raises RuntimeError where not all events are read back."""
    with Azurite.start() as azurite:
        kept = asyncio.run(_keep_all(azurite.connection_string, records))
    for each in kept:
        print(_told(each))
    read = sum(each.records for each in kept)
    return [
        *(_size(each) for each in kept),
        _speed("events read back from chunks", read / sum(each.from_chunks for each in kept)),
        _speed("events read back from compacted hours", read / sum(each.from_hours for each in kept)),
    ]


def _size(kept: Kept) -> Result:
    return Result(
        name=f"archive of a million records, {kept.stream}",
        figure=kept.total / kept.records,
        unit="MB",
        aim=_MOST_BYTES,
        better=Better.LOWER,
    )


def _speed(name: str, figure: float) -> Result:
    return Result(name=name, figure=figure, unit="per second", aim=10_000)


def _told(kept: Kept) -> str:
    each = kept.records
    return (
        f"archive, {kept.stream}: of a million records {kept.raw / each:.0f} MB raw, {kept.events / each:.0f} MB "
        f"normalised and {kept.compacted / each:.0f} MB in compacted hours; a million read back in "
        f"{1e6 * kept.from_chunks / each:.0f} s from chunks, {1e6 * kept.from_hours / each:.0f} s from hours."
    )


async def _keep_all(connection_string: str, records: int) -> list[Kept]:
    async with running(connection_string) as application:
        return [await _keep(application, stream, records) for stream in (Stream.DIRECTORY_AUDITS, *STREAMS)]


async def _keep(application: Application, stream: Stream, records: int) -> Kept:
    now = datetime.now(UTC)
    for lines in batched(_lines(stream, records), _RECORDS_PER_CHUNK, strict=False):
        _, rejections = await ingest(application.services, stream, lines, now)
        if rejections:
            raise RuntimeError(f"a record was rejected: {rejections[0]}")
    raw, events = await _bytes(application, f"{RAW}/{stream}/"), await _bytes(application, f"{EVENTS}/{stream}/")
    from_chunks = await _read_back(application, stream, records)
    for day in sorted({hour.date() for hour in _hours(stream, records)}):
        await application.services.event_archive.compact(stream, day)
    compacted = await _bytes(application, f"{EVENTS}/{stream}/") - events
    from_hours = await _read_back(application, stream, records)
    return Kept(stream, records, raw, events, compacted, from_chunks, from_hours)


def _lines(stream: Stream, records: int) -> Iterable[bytes]:
    return audit_lines(records) if stream is Stream.DIRECTORY_AUDITS else activity_lines(stream, records)


def _hours(stream: Stream, records: int) -> list[datetime]:
    """Those with records."""
    if stream is not Stream.DIRECTORY_AUDITS:
        return [HOUR]
    hour = timedelta(hours=1)
    return [LAST - number * hour for number in range(BETWEEN * records // hour + 2)]


async def _read_back(application: Application, stream: Stream, records: int) -> float:
    started, found = perf_counter(), 0
    for hour in _hours(stream, records):
        async for events in application.services.event_archive.of_hour(stream, hour):
            found += len(events)
    if found != records:
        raise RuntimeError(f"{found} of {records} events of {stream} were read back")
    return perf_counter() - started


async def _bytes(application: Application, prefix: str) -> int:
    container = await application.connection.container("archive")
    return sum([blob.size async for blob in container.list_blobs(name_starts_with=prefix)])
