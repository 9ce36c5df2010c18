"""The files of exports in the container ``exports``: ``id/created-attempt.format``.

Uncompressed, so that parts can be read.
"""

from collections.abc import AsyncIterator

from azure.core.exceptions import ResourceNotFoundError

from shared.domain.errors import NotFound
from shared.storage.connection import StorageConnection
from shared.storage.errors import translated

_CONTAINER = "exports"
_BLOCK_BYTES = 1024 * 1024
"""A larger one holds up the event loop while it is sent. A blob has at most 50,000, so a file some 50 GB."""


class BlobExportFiles:
    def __init__(self, connection: StorageConnection) -> None:
        self._connection = connection

    async def write(self, name: str, parts: AsyncIterator[bytes]) -> int:
        """Nobody sees anything of the file before all of it is there."""
        from azure.storage.blob import BlobBlock  # takes seconds to import

        blob = (await self._connection.container(_CONTAINER)).get_blob_client(name)
        blocks: list[BlobBlock] = []
        size = 0
        async for content in _in_blocks(parts):
            block = f"{len(blocks):06}"
            with translated():
                await blob.stage_block(block, content, len(content))
            blocks.append(BlobBlock(block))
            size += len(content)
        with translated():
            await blob.commit_block_list(blocks)
        return size

    async def read(self, name: str, start: int, length: int) -> bytes:
        blob = (await self._connection.container(_CONTAINER)).get_blob_client(name)
        with translated():
            try:
                download = await blob.download_blob(start, length)
                content: bytes = await download.readall()
            except ResourceNotFoundError as error:
                raise NotFound("the file of an export") from error
        return content

    async def remove(self, export_id: str) -> None:
        """The files of all attempts."""
        container = await self._connection.container(_CONTAINER)
        with translated():
            async for name in container.list_blob_names(name_starts_with=f"{export_id}/"):
                await container.delete_blob(name)


async def _in_blocks(parts: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    gathered = bytearray()
    async for part in parts:
        gathered += part
        while len(gathered) >= _BLOCK_BYTES:
            yield bytes(gathered[:_BLOCK_BYTES])
            del gathered[:_BLOCK_BYTES]
    if gathered:
        yield bytes(gathered)
