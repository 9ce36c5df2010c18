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
_MOST_INLINE_BYTES = 10 * 1024
"""Of JSON in UTF-8. Clients send it escaped, at worst three times as long."""
_PATH_COLUMN = "bodyPath"


class LargeBodies:
    def __init__(self, connection: StorageConnection) -> None:
        self._connection = connection

    async def make_row(self, partition: str, row: str, columns: Mapping[str, Column], body: object, name: str) -> Row:
        """A row with the body in it if that is small, else with the path of the blob that was written."""
        content = msgspec.json.encode(body)
        if len(content) <= _MOST_INLINE_BYTES:
            return make_row(partition, row, columns, body, name)
        return make_row(partition, row, {**columns, _PATH_COLUMN: await self._write(content)})

    async def read_body[T](self, row: TableEntity, kind: type[T], name: str) -> T:
        if _PATH_COLUMN not in row:
            return read_body(row, kind, name)
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
