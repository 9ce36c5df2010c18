"""The archive of events by their own time: each hour whole, each event once, whatever was compacted, late or purged."""

import gzip
from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime, timedelta

import pytest
from azure.core.exceptions import ResourceNotFoundError
from msgspec.structs import replace

from shared.domain.activities import Activity
from shared.domain.archived_events import ArchivedEvent, events_in
from shared.domain.errors import NotFound, Unavailable
from shared.domain.events import Event
from shared.domain.ledger import Chunk, ChunkState
from shared.pipeline.activity.ports import EventArchive
from shared.storage.archive import BlobArchive
from shared.storage.archive_hours import CompactedHours
from shared.storage.archive_lines import Unpacker
from shared.storage.connection import StorageConnection
from shared.storage.event_archive import BlobEventArchive
from shared.storage.ledger import TableLedger
from shared.storage.rows import make_row
from tests.domain.findings import START, event

STREAM = "directoryAudits"
HOUR = timedelta(hours=1)
DAY = START.date()
LATER = date(2026, 4, 1)


@pytest.fixture
def archive(connection: StorageConnection) -> EventArchive:
    return BlobEventArchive(connection)


class Collector:
    """Takes in chunks as a collector does: blobs first, then one batch of the ledger."""

    def __init__(self, connection: StorageConnection) -> None:
        self._blobs, self._ledger = BlobArchive(connection), TableLedger(connection)

    async def collect(self, events: Sequence[Event], collected: datetime = START) -> Chunk:
        cursor = await self._ledger.cursor(STREAM)
        number = cursor.next_sequence
        chunk = Chunk(
            source=STREAM,
            sequence=number,
            state=ChunkState.COLLECTED,
            rows=len(events),
            events=len(events),
            undated=sum(each.time is None for each in events),
            raw_path=await self._blobs.write_raw(STREAM, number, collected, [each.id.encode() for each in events]),
            events_path=await self._blobs.write_events(STREAM, number, collected, events),
            collected=collected,
        )
        await self._ledger.commit(chunk, {each.id: each.time for each in events}, cursor, str(number))
        return chunk


@pytest.fixture
def collector(connection: StorageConnection) -> Collector:
    return Collector(connection)


async def of_hour(archive: EventArchive, hour: datetime = START) -> list[ArchivedEvent]:
    return [each async for events in archive.of_hour(STREAM, hour) for each in events]


async def ids(archive: EventArchive, hour: datetime = START) -> list[str]:
    return [each.event.id for each in await of_hour(archive, hour)]


async def blobs(connection: StorageConnection, prefix: str) -> list[str]:
    container = await connection.container("archive")
    return [name async for name in container.list_blob_names(name_starts_with=prefix)]


async def test_an_hour_holds_its_events_of_all_chunks_once_with_the_path_of_the_record(
    archive: EventArchive, collector: Collector
) -> None:
    first = await collector.collect([event("a", 0), event("next hour", 60), event("b", 59.99)])
    second = await collector.collect([event("c", 5), event("hour before", -1)], START + 5 * HOUR)
    assert await of_hour(archive) == [
        ArchivedEvent(event=event("a", 0), stream=STREAM, raw_path=first.raw_path),
        ArchivedEvent(event=event("b", 59.99), stream=STREAM, raw_path=first.raw_path),
        ArchivedEvent(event=event("c", 5), stream=STREAM, raw_path=second.raw_path),
    ]
    assert await ids(archive, START + timedelta(minutes=61)) == ["next hour"]
    assert await archive.streams() == (STREAM,)


async def test_what_has_no_time_is_found_in_the_hour_of_its_collection(
    archive: EventArchive, collector: Collector
) -> None:
    for number in range(5):
        await collector.collect([event(f"undated {number}", None), event(f"dated {number}", 0)], START + number * HOUR)
    assert await ids(archive, START + 3 * HOUR) == ["undated 3"]
    assert await ids(archive) == ["undated 0", *(f"dated {number}" for number in range(5))]


async def test_a_chunk_of_very_many_hours_is_found_by_its_days(archive: EventArchive, collector: Collector) -> None:
    await collector.collect([event(str(hours), 60 * hours) for hours in range(120)], START + 200 * HOUR)
    assert await ids(archive, START + 77 * HOUR) == ["77"]


async def test_a_compacted_hour_reads_as_its_chunks_do(
    archive: EventArchive, collector: Collector, connection: StorageConnection
) -> None:
    for number in range(12):
        await collector.collect([event(f"{number}-{each}", each) for each in range(4)], START + number * HOUR)
    before = await of_hour(archive)
    assert await archive.compact(STREAM, DAY) == len(before) == 48
    hour = await CompactedHours(connection).find(STREAM, "2026-03-02T09")
    assert hour is not None
    assert hour.path.startswith("events/v1/directoryAudits/2026-03-02/09-")
    assert (hour.count, hour.sequences) == (48, tuple(range(1, 13)))
    container = await connection.container("archive")
    assert (await container.get_blob_client(hour.path).get_blob_properties()).size == hour.bytes
    for name in await blobs(connection, "events/v1/directoryAudits/2026-03-02/"):
        if name != hour.path:
            await container.delete_blob(name)
    assert await of_hour(archive) == before


async def test_a_late_chunk_is_never_missed_and_the_next_compaction_takes_it_in(
    archive: EventArchive, collector: Collector, connection: StorageConnection
) -> None:
    await collector.collect([event("a")])
    await archive.compact(STREAM, DAY)
    [old] = await blobs(connection, "events/v1/directoryAudits/2026-03-02/09-")
    await collector.collect([event("late", 1)], START + 40 * HOUR)
    assert await ids(archive) == ["a", "late"]
    assert await archive.compact(STREAM, DAY) == 2
    assert await archive.compact(STREAM, DAY) == 0
    [new] = await blobs(connection, "events/v1/directoryAudits/2026-03-02/09-")
    assert new != old
    assert await ids(archive) == ["a", "late"]


async def test_a_compaction_that_died_before_its_row_is_made_good(
    archive: EventArchive, collector: Collector, connection: StorageConnection
) -> None:
    await collector.collect([event("a")])
    await archive.compact(STREAM, DAY)
    await (await connection.table("archive")).delete(STREAM, "2026-03-02T09")
    assert await ids(archive) == ["a"]
    assert await archive.compact(STREAM, DAY) == 1
    assert await ids(archive) == ["a"]


async def test_a_compacted_blob_that_has_gone_is_no_loss(
    archive: EventArchive, collector: Collector, connection: StorageConnection
) -> None:
    await collector.collect([event("a")])
    await archive.compact(STREAM, DAY)
    [name] = await blobs(connection, "events/v1/directoryAudits/2026-03-02/09-")
    await (await connection.container("archive")).delete_blob(name)
    assert await ids(archive) == ["a"]


async def test_purged_days_read_as_nothing_and_kept_days_as_they_were(
    archive: EventArchive, collector: Collector, connection: StorageConnection
) -> None:
    await collector.collect([event("old")])
    await collector.collect([event("late", 1), event("kept", 60 * 24)], START + 24 * HOUR)
    await archive.compact(STREAM, DAY)
    removed = await archive.purge(DAY + timedelta(days=1))
    assert removed == 3  # raw, events, and the compacted hour
    assert await blobs(connection, "raw/directoryAudits/2026-03-02/") == []
    assert await ids(archive) == ["late"]
    assert await ids(archive, START + 24 * HOUR) == ["kept"]
    assert await archive.purge(DAY + timedelta(days=1)) == 0


async def test_a_blob_of_a_kept_day_that_is_missing_is_an_error(
    archive: EventArchive, collector: Collector, connection: StorageConnection
) -> None:
    chunk = await collector.collect([event("a")])
    await archive.purge(DAY)
    assert await ids(archive) == ["a"]
    await (await connection.container("archive")).delete_blob(chunk.events_path)
    with pytest.raises(NotFound, match="the archive lacks events/v1"):
        await ids(archive)


async def test_the_mark_of_purged_days_does_not_go_back(archive: EventArchive, collector: Collector) -> None:
    await collector.collect([event("old")])
    await archive.purge(LATER)
    await archive.purge(DAY)
    assert await ids(archive) == []


async def test_paths_from_before_the_folders_of_hours_stay_readable(
    archive: EventArchive, connection: StorageConnection, collector: Collector
) -> None:
    made = await collector.collect([event("first")])
    container = await connection.container("archive")
    packed = await (await container.download_blob(made.events_path)).readall()
    old = "events/v1/directoryAudits/2026-03-02/000000000002-abc.ndjson.gz"
    await container.upload_blob(old, packed)
    ledger = TableLedger(connection)
    cursor = await ledger.cursor(STREAM)
    await ledger.commit(replace(made, sequence=2, events_path=old), {"other": START}, cursor, "2")
    assert await ids(archive) == ["first", "first"]
    assert await archive.purge(LATER) == 3


@pytest.mark.parametrize("size", [1, 2, 7, 10_000])
def test_lines_of_several_members_are_unpacked_from_pieces_cut_anywhere(size: int) -> None:
    packed = b"".join(gzip.compress(text) for text in (b"one\ntwo\n", b"three\n", b"", b"four\n"))
    unpacker = Unpacker()
    pieces = [packed[start : start + size] for start in range(0, len(packed), size)]
    assert [line for piece in pieces for line in unpacker.feed(piece)] == [b"one", b"two", b"three", b"four"]


class Vanishing(CompactedHours):
    """Blobs of hours that are gone once they have been read in part, as large ones can be."""

    async def read(self, stream: str, path: str) -> AsyncIterator[Sequence[ArchivedEvent]]:
        async for events in super().read(stream, path):
            yield events
            raise ResourceNotFoundError(path)


async def test_an_hour_that_is_replaced_while_it_is_read_gives_no_event_twice(
    collector: Collector, connection: StorageConnection
) -> None:
    archive = BlobEventArchive(connection, Vanishing(connection))
    await collector.collect([event("a")])
    await archive.compact(STREAM, DAY)
    read = archive.of_hour(STREAM, START)
    assert [each.event.id for each in await anext(read)] == ["a"]
    with pytest.raises(Unavailable):
        await anext(read)


async def lines_of(
    archive: EventArchive, activity: Activity, last: datetime = START + 48 * HOUR
) -> list[tuple[datetime, int, list[str]]]:
    found = archive.lines(STREAM, START, last, [activity])
    return [(each.hour, each.looked_at, [one.id for one in events_in(each.lines)]) async for each in found]


async def test_a_compacted_hour_without_the_activities_that_are_wanted_is_counted_and_not_read(
    archive: EventArchive, collector: Collector, connection: StorageConnection
) -> None:
    await collector.collect([event("a"), event("b")])
    await archive.compact(STREAM, DAY)
    for name in await blobs(connection, "events/v1/"):
        await (await connection.container("archive")).delete_blob(name)
    assert await lines_of(archive, Activity.SIGN_IN) == [(START, 2, [])]
    with pytest.raises(NotFound):
        await lines_of(archive, Activity.CREDENTIAL_ADDED)


async def test_an_hour_that_was_compacted_before_its_activities_were_noted_is_read(
    archive: EventArchive, collector: Collector, connection: StorageConnection
) -> None:
    await collector.collect([event("a")])
    await archive.compact(STREAM, DAY)
    table, hours = await connection.table("archive"), CompactedHours(connection)
    held = await hours.find(STREAM, "2026-03-02T09")
    assert held is not None
    assert held.activities == (Activity.CREDENTIAL_ADDED,)
    await table.upsert(make_row(STREAM, "2026-03-02T09", body=replace(held, activities=None)))
    assert await lines_of(archive, Activity.CREDENTIAL_ADDED) == [(START, 1, ["a"])]


async def test_chunks_of_an_hour_are_found_however_far_apart_they_were_collected(
    archive: EventArchive, collector: Collector
) -> None:
    await collector.collect([event("first")])
    for number in range(20):
        await collector.collect([event(str(number), 60)])
    await collector.collect([event("last")])
    assert await lines_of(archive, Activity.CREDENTIAL_ADDED) == [
        (START, 2, ["first", "last"]),
        (START + HOUR, 20, [str(number) for number in range(20)]),
    ]


async def test_lines_of_purged_days_are_those_that_were_collected_later(
    archive: EventArchive, collector: Collector
) -> None:
    await collector.collect([event("old"), event("old too", 60)])
    await collector.collect([event("late", 1), event("kept", 60 * 24)], START + 24 * HOUR)
    await archive.purge(DAY + timedelta(days=1))
    assert await lines_of(archive, Activity.CREDENTIAL_ADDED) == [
        (START, 1, ["late"]),
        (START + 24 * HOUR, 1, ["kept"]),
    ]
