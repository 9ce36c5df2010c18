"""Exports and their files."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from shared.domain.app_summaries import AppQuery
from shared.domain.apps import Origin
from shared.domain.errors import Conflict, NotFound
from shared.domain.exports import Export, ExportFormat, ExportState
from shared.storage.connection import StorageConnection
from shared.storage.export_files import BlobExportFiles
from shared.storage.exports import TableExports

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def export(name: str, created: datetime = NOW, **facts: Any) -> Export:
    query = AppQuery(origin=frozenset({Origin.EXTERNAL}), risk_from=70)
    asked = {"format": ExportFormat.CSV, "query": query, "requested_by": "ada", "expires": created + 24 * HOUR}
    return Export(id=name, created=created, **{**asked, **facts})


async def parts(contents: Sequence[bytes]) -> AsyncIterator[bytes]:
    for content in contents:
        yield content


@pytest.fixture
def exports(connection: StorageConnection) -> TableExports:
    return TableExports(connection)


@pytest.fixture
def files(connection: StorageConnection) -> BlobExportFiles:
    return BlobExportFiles(connection)


async def test_an_export_is_read_as_it_was_stored(exports: TableExports) -> None:
    asked = export("one")
    version = await exports.add(asked)
    assert await exports.get("one") == (asked, version)
    assert await exports.get("another") is None


async def test_an_export_is_added_once(exports: TableExports) -> None:
    await exports.add(export("one"))
    with pytest.raises(Conflict):
        await exports.add(export("one", requested_by="eve"))


async def test_of_two_who_move_an_export_one_is_told(exports: TableExports) -> None:
    version = await exports.add(export("one"))
    running = export("one", state=ExportState.RUNNING, attempts=1)
    await exports.move(running, version)
    with pytest.raises(Conflict):
        await exports.move(running, version)


async def test_what_is_not_finished_waits(exports: TableExports) -> None:
    for name, state in (("a", "queued"), ("b", "running"), ("c", "ready"), ("d", "failed")):
        await exports.add(export(name, state=ExportState(state)))
    await exports.add(export("e", created=NOW + HOUR))
    assert [each.id for each in await exports.waiting(NOW + HOUR)] == ["a", "b"]


async def test_an_export_that_has_had_its_day_goes_with_all_its_files(
    exports: TableExports, files: BlobExportFiles
) -> None:
    old, young = export("old", attempts=2), export("young", created=NOW + HOUR, attempts=1)
    for each in (old, young, replace(old, attempts=1)):
        await files.write(each.file, parts([b"x"]))
    await exports.add(old)
    await exports.add(young)
    assert await exports.purge(old.expires) == 1
    assert await exports.get("old") is None
    assert await exports.get("young") is not None
    for attempt in (1, 2):
        with pytest.raises(NotFound):
            await files.read(replace(old, attempts=attempt).file, 0, 1)
    assert await files.read(young.file, 0, 1) == b"x"
    assert await exports.purge(old.expires) == 0


async def test_a_file_is_read_by_ranges(files: BlobExportFiles) -> None:
    assert await files.write("one/1.csv", parts([b"0123", b"", b"456789"])) == 10
    assert await files.read("one/1.csv", 0, 10) == b"0123456789"
    assert await files.read("one/1.csv", 3, 4) == b"3456"
    assert await files.read("one/1.csv", 9, 4) == b"9"


async def test_a_large_file_is_written_in_blocks_and_in_order(files: BlobExportFiles) -> None:
    megabyte = 1024 * 1024
    written = [bytes([number]) * 3 * megabyte for number in range(3)] + [b"end"]
    size = await files.write("large/1.json", parts(written))
    assert size == 9 * megabyte + 3
    assert await files.read("large/1.json", 0, size) == b"".join(written)
    assert await files.read("large/1.json", 3 * megabyte - 1, 2) == b"\x00\x01"


async def test_a_file_that_breaks_off_is_never_seen(files: BlobExportFiles) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"x" * (5 * 1024 * 1024)
        raise LookupError

    with pytest.raises(LookupError):
        await files.write("one/1.csv", broken())
    with pytest.raises(NotFound):
        await files.read("one/1.csv", 0, 1)


async def test_a_file_takes_the_place_of_an_older_one(files: BlobExportFiles) -> None:
    await files.write("one/1.csv", parts([b"older and longer"]))
    assert await files.write("one/1.csv", parts([b"newer"])) == 5
    assert await files.read("one/1.csv", 0, 100) == b"newer"
