"""Bodies that are too large for their row, in the container ``largebodies``: the row keeps the path instead.

One piece of evidence may be of any size, and ninety of them commit in one batch of 4 MiB. A blob is named by the hash
of its content and written before its row, so an orphan is the worst that a crash leaves.
"""

import asyncio
import gzip
import hashlib
from collections.abc import Mapping

import msgspec
from azure.core.exceptions import ResourceExistsError
from azure.data.tables import TableEntity

from shared.storage.connection import StorageConnection
from shared.storage.errors import translated
from shared.storage.rows import Column, Row, check_schema, make_row, read_body

_CONTAINER = "largebodies"
_PATH_COLUMN = "bodyPath"


class LargeBodies:
    """``name`` is that of the columns that hold a body which is small enough for its row."""

    def __init__(self, connection: StorageConnection, name: str = "body") -> None:
        self._connection = connection
        self._name = name

    async def make_row(
        self, partition: str, row: str, columns: Mapping[str, Column], body: object, most_bytes: int
    ) -> Row:
        """A row with the body in it, or if that is more than so many bytes of JSON, with the path of its blob."""
        content = msgspec.json.encode(body)
        if len(content) <= most_bytes:
            return make_row(partition, row, columns, body, self._name)
        return make_row(partition, row, {**columns, _PATH_COLUMN: await self._write(content)})

    async def read_body[T](self, row: TableEntity, kind: type[T]) -> T:
        if _PATH_COLUMN not in row:
            return read_body(row, kind, self._name)
        check_schema(row)
        return msgspec.json.decode(await self._read(row[_PATH_COLUMN]), type=kind)

    async def _write(self, content: bytes) -> str:
        digest = hashlib.sha256(content).hexdigest()
        path = f"v1/{digest[:2]}/{digest}.json.gz"
        packed = await asyncio.to_thread(gzip.compress, content, 6)
        container = await self._connection.container(_CONTAINER)
        with translated():
            try:
                await container.upload_blob(path, packed, overwrite=False)
            except ResourceExistsError:
                return path
        return path

    async def _read(self, path: str) -> bytes:
        container = await self._connection.container(_CONTAINER)
        with translated():
            download = await container.download_blob(path)
            packed: bytes = await download.readall()
        return await asyncio.to_thread(gzip.decompress, packed)
