"""The archive in the container ``archive``: what was collected, as it came and normalised, as compressed NDJSON.

A path is ``raw/stream/day/hour/sequence-digest.ndjson.gz``, or begins with ``events/v1``; day and hour (UTC) are those
of the collection. It holds the digest of the content, and equal content compresses to equal bytes: so a blob is written
once, and a repeated write finds it there. Whoever reads goes by the path that the ledger has: older ones had no hour.
"""

import asyncio
import gzip
import hashlib
import zlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import msgspec
from azure.core.exceptions import ResourceExistsError

from shared.domain.events import Event
from shared.storage.connection import StorageConnection
from shared.storage.errors import translated
from shared.storage.keys import key, number_text

CONTAINER = "archive"
RAW, EVENTS = "raw", "events/v1"
_LEVEL = 6


class BlobArchive:
    """Holds one chunk, compressed, in memory while it writes or reads it; compression runs beside the event loop."""

    def __init__(self, connection: StorageConnection) -> None:
        self._connection = connection

    async def write_raw(self, source: str, sequence: int, now: datetime, lines: Sequence[bytes]) -> str:
        return await self._write(RAW, source, sequence, now, lines)

    async def write_events(self, source: str, sequence: int, now: datetime, events: Sequence[Event]) -> str:
        return await self._write(EVENTS, source, sequence, now, map(msgspec.json.encode, events))

    async def read_events(self, path: str) -> list[Event]:
        container = await self._connection.container(CONTAINER)
        with translated():
            download = await container.download_blob(path)
            packed = await download.readall()
        return await asyncio.to_thread(_events_in, packed)

    async def check(self) -> None:
        container = await self._connection.container(CONTAINER)
        with translated():
            await container.get_container_properties()

    async def _write(self, kind: str, source: str, sequence: int, now: datetime, lines: Iterable[bytes]) -> str:
        packed, digest = await asyncio.to_thread(pack, lines)
        path = f"{kind}/{key(source)}/{now.astimezone(UTC):%Y-%m-%d/%H}/{number_text(sequence)}-{digest}.ndjson.gz"
        container = await self._connection.container(CONTAINER)
        with translated():
            try:
                await container.upload_blob(path, packed, overwrite=False)
            except ResourceExistsError:
                return path  # The same content by the same name: somebody, perhaps we, wrote it before.
        return path


def pack(lines: Iterable[bytes]) -> tuple[bytes, str]:
    """Compress line by line; the second value is a digest of the content. No time goes into the bytes."""
    compressor = zlib.compressobj(_LEVEL, wbits=zlib.MAX_WBITS | 16)
    digest = hashlib.sha256()
    packed: list[bytes] = []
    for line in lines:
        ended = line.rstrip(b"\r\n") + b"\n"
        digest.update(ended)
        packed.append(compressor.compress(ended))
    packed.append(compressor.flush())
    return b"".join(packed), digest.hexdigest()[:16]


def _events_in(packed: bytes) -> list[Event]:
    decode = msgspec.json.Decoder(Event).decode
    return [decode(line) for line in gzip.decompress(packed).splitlines()]
