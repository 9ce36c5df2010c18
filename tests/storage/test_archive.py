"""The archive: what was written is read back, and writing it again is the same write."""

import gzip
from datetime import UTC, datetime, timedelta

import pytest

from shared.domain.events import Event
from shared.pipeline.ports import Archive
from shared.storage.archive import BlobArchive
from shared.storage.connection import StorageConnection
from tests.domain.findings import event

NOW = datetime(2026, 3, 2, 23, 59, tzinfo=UTC)


@pytest.fixture
def archive(connection: StorageConnection) -> Archive:
    return BlobArchive(connection)


async def content(connection: StorageConnection, path: str) -> bytes:
    container = await connection.container("archive")
    return await (await container.download_blob(path)).readall()


async def test_events_are_read_back_as_they_were(archive: Archive) -> None:
    events: list[Event] = [event("e1"), event("e2", None), event("e3 \u2028 😀 \n", 5)]
    path = await archive.write_events("graph", 7, NOW, events)
    assert await archive.read_events(path) == events
    assert path.startswith("events/v1/graph/2026-03-02/23/000000000007-")


async def test_raw_lines_are_kept_byte_for_byte(archive: Archive, connection: StorageConnection) -> None:
    lines = [b'{"id": 1}', b"not json \xff\x00", b""]
    path = await archive.write_raw("graph", 1, NOW, lines)
    assert gzip.decompress(await content(connection, path)) == b'{"id": 1}\nnot json \xff\x00\n\n'


async def test_the_same_write_twice_is_one_blob_with_the_same_bytes(
    archive: Archive, connection: StorageConnection
) -> None:
    first = await archive.write_raw("graph", 1, NOW, [b"a", b"b"])
    before = await content(connection, first)
    again = await archive.write_raw("graph", 1, NOW + timedelta(seconds=30), [b"a", b"b"])
    assert again == first
    assert await content(connection, first) == before


async def test_other_content_under_the_same_sequence_is_another_blob(archive: Archive) -> None:
    one = await archive.write_events("graph", 1, NOW, [event("e1")])
    other = await archive.write_events("graph", 1, NOW, [event("e2")])
    assert one != other
    assert await archive.read_events(one) == [event("e1")]


async def test_a_source_cannot_leave_its_folder(archive: Archive) -> None:
    path = await archive.write_raw("../../x?y#z", 1, NOW, [b"a"])
    assert path.count("/") == 4
    assert await archive.write_raw("..~2f~..~2f~x", 1, NOW, [b"a"]) != path


async def test_a_thousand_events_survive_the_round_trip(archive: Archive) -> None:
    events = [event(str(number), number) for number in range(1000)]
    assert await archive.read_events(await archive.write_events("graph", 1, NOW, events)) == events
