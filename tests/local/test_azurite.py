"""Azurite starts on free ports, speaks the three protocols, and leaves nothing behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from azure.core.exceptions import ServiceRequestError
from azure.data.tables import TableServiceClient
from azure.storage.blob import BlobServiceClient
from azure.storage.queue import QueueServiceClient

from local.azurite import Azurite, AzuriteError

ROOT = Path(__file__).resolve().parents[2]


def test_tables_queues_and_blobs_answer(connection_string: str, unique: Callable[[str], str]) -> None:
    with TableServiceClient.from_connection_string(connection_string) as tables:
        table = tables.create_table(unique("apps"))
        table.create_entity({"PartitionKey": "p", "RowKey": "r", "count": 3})
        assert table.get_entity("p", "r")["count"] == 3
    with QueueServiceClient.from_connection_string(connection_string) as queues:
        queue = queues.create_queue(unique("events"))
        queue.send_message("hello")
        assert [message.content for message in queue.receive_messages()] == ["hello"]
    with BlobServiceClient.from_connection_string(connection_string) as blobs:
        container = blobs.create_container(unique("archive"))
        container.upload_blob("a/b.txt", b"hello")
        assert container.download_blob("a/b.txt").readall() == b"hello"


def test_two_run_side_by_side_and_share_nothing(azurite: Azurite, unique: Callable[[str], str]) -> None:
    name = unique("apps")
    with Azurite.start() as other:
        assert other.endpoints != azurite.endpoints
        with (
            TableServiceClient.from_connection_string(azurite.connection_string) as here,
            TableServiceClient.from_connection_string(other.connection_string) as there,
        ):
            here.create_table(name)
            assert [table.name for table in here.query_tables(f"TableName eq '{name}'")] == [name]
            assert list(there.list_tables()) == []


def test_data_in_a_folder_survives_a_restart(tmp_path: Path, unique: Callable[[str], str]) -> None:
    folder, name = tmp_path / "data", unique("archive")
    with (
        Azurite.start(folder) as first,
        BlobServiceClient.from_connection_string(first.connection_string) as blobs,
        TableServiceClient.from_connection_string(first.connection_string) as tables,
    ):
        blobs.create_container(name).upload_blob("kept", b"bytes")
        tables.create_table(name).create_entity({"PartitionKey": "p", "RowKey": "r"})
    with (
        Azurite.start(folder) as second,
        BlobServiceClient.from_connection_string(second.connection_string) as blobs,
        TableServiceClient.from_connection_string(second.connection_string) as tables,
    ):
        assert blobs.get_blob_client(name, "kept").download_blob().readall() == b"bytes"
        assert tables.get_table_client(name).get_entity("p", "r")["RowKey"] == "r"


def test_nothing_answers_after_stop_and_a_second_stop_is_harmless() -> None:
    azurite = Azurite.start()
    azurite.stop()
    azurite.stop()
    with (
        TableServiceClient.from_connection_string(azurite.connection_string, retry_total=0) as tables,
        pytest.raises(ServiceRequestError),
    ):
        tables.create_table("unreachable")


def test_azurite_ends_when_the_process_that_started_it_is_killed() -> None:
    program = "from local.azurite import Azurite; print(Azurite.start().pid, flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        emulator = int(parent.stdout.readline())
        assert _is_running(emulator)
        parent.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 10
    while _is_running(emulator) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _is_running(emulator)


def test_a_folder_that_cannot_be_used_is_an_error_with_what_azurite_said(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "__azurite_db_table__.json").mkdir()
    with pytest.raises(AzuriteError, match="__azurite_db_table__"):
        Azurite.start(folder)


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
