"""A connection to the worker's Azurite with names of its own for each test."""

from collections.abc import AsyncIterator, Callable

import pytest

from shared.storage.connection import ConnectionString, StorageConnection

type Connect = Callable[[str], StorageConnection]


@pytest.fixture
async def connect(unique: Callable[[str], str]) -> AsyncIterator[Connect]:
    """Opens connections to any address, each as another process would have one, all with the names of this test."""
    prefix = unique("t")
    opened: list[StorageConnection] = []

    def open_connection(connection_string: str) -> StorageConnection:
        opened.append(
            StorageConnection(ConnectionString(connection_string), prefix=prefix, timeout_seconds=5, retries=0)
        )
        return opened[-1]

    yield open_connection
    for connection in opened:
        await connection.close()


@pytest.fixture
def connection(connect: Connect, connection_string: str) -> StorageConnection:
    return connect(connection_string)
