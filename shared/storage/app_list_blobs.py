"""The blobs of the list of apps, in the container ``applist``.

``current.json.gz`` points to a base, a whole list in one file, and holds the rows that changed since. Bases are written
once, under a name of their own, and never changed: a host that has one needs only the pointer from then on.
"""

import asyncio
import gzip
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
from azure.core import MatchConditions
from azure.core.exceptions import HttpResponseError, ResourceExistsError, ResourceNotFoundError
from msgspec import Struct

from shared.domain.errors import Conflict, NotFound
from shared.storage.app_list_file import ListFiles, pack, unpack
from shared.storage.app_list_rows import ListedApp
from shared.storage.connection import StorageConnection
from shared.storage.errors import NewerSchema, code_of, translated

_CONTAINER = "applist"
_POINTER = "current.json.gz"
_BASES = "apps-"
_SUFFIX = ".sqlite.gz"
_SCHEMA = 2
_LEVEL = 3
_FORMER_LIST = "summaries.json.gz"
"""The whole list, as versions before bases wrote it."""
_KEPT_BASES = 2
"""Besides the current one, whose reader may just be fetching it."""


class Pointer(Struct, frozen=True, rename="camel"):
    """``base`` is None before the first one was made; ``apps`` says how many rows it has."""

    base: str | None = None
    apps: int = 0
    changed: tuple[ListedApp, ...] = ()
    schema: int = _SCHEMA


class VersionedPointer(Struct, frozen=True):
    """``etag`` is None where nothing was written yet."""

    pointer: Pointer
    etag: str | None


class _OnlySchema(Struct):
    schema: int


class ListBlobs:
    def __init__(self, connection: StorageConnection, files: ListFiles) -> None:
        self._connection = connection
        self._files = files

    async def pointer(self, known_etag: str | None) -> VersionedPointer | None:
        """None if it still is the one with that ETag. Raises NotFound, and NewerSchema."""
        container = await self._connection.container(_CONTAINER)
        with translated():
            try:
                download = await container.download_blob(_POINTER, **_only(known_etag, MatchConditions.IfModified))
                packed = await download.readall()
            except HttpResponseError as error:
                if error.status_code == 304:
                    return None
                if code_of(error) == "BlobNotFound":
                    raise NotFound("there is no list of apps yet") from None
                raise
        return VersionedPointer(await asyncio.to_thread(_unpacked, packed), str(download.properties.etag))

    async def point(self, pointer: Pointer, known_etag: str | None) -> str:
        """Returns the new ETag. Raises Conflict if another host wrote since ``known_etag`` was read."""
        packed = await asyncio.to_thread(_packed, pointer)
        container = await self._connection.container(_CONTAINER)
        condition = _only(known_etag, MatchConditions.IfNotModified)
        with translated():
            try:
                written = await container.get_blob_client(_POINTER).upload_blob(
                    packed, overwrite=known_etag is not None, **condition
                )
            except ResourceExistsError:
                raise Conflict("another host wrote the first list") from None
        return str(written["etag"])

    async def add_base(self, path: Path) -> str:
        """Returns its name."""
        name = f"{_BASES}{uuid4().hex}{_SUFFIX}"
        await self.upload(name, path)
        return name

    async def upload(self, name: str, path: Path) -> None:
        """The file, compressed; one that is there already stays as it is."""
        async with self._temporary(lambda packed: pack(path, packed)) as packed:
            container = await self._connection.container(_CONTAINER)
            with translated(), suppress(ResourceExistsError), packed.open("rb") as content:
                await container.upload_blob(name, content, length=packed.stat().st_size, overwrite=False)

    async def download(self, name: str) -> Path:
        """A new file, which is the caller's. Raises NotFound."""
        container = await self._connection.container(_CONTAINER)
        async with self._temporary() as packed:
            with translated(), packed.open("wb") as content:
                try:
                    download = await container.download_blob(name)
                    async for chunk in download.chunks():
                        content.write(chunk)
                except ResourceNotFoundError:
                    raise NotFound(f"{name} is gone") from None
            target = self._files.new_path()
            await asyncio.to_thread(unpack, packed, target)
            return target

    async def names(self, prefix: str) -> list[str]:
        """Oldest name first."""
        container = await self._connection.container(_CONTAINER)
        with translated():
            return sorted([name async for name in container.list_blob_names(name_starts_with=prefix)])

    async def delete(self, names: Collection[str]) -> None:
        container = await self._connection.container(_CONTAINER)
        for name in names:
            with translated(), suppress(ResourceNotFoundError):
                await container.delete_blob(name)

    async def drop(self, pointer: Pointer) -> None:
        """The base of a pointer that was never written."""
        await self.delete([pointer.base] if pointer.base else [])

    async def drop_bases(self, current: Pointer) -> None:
        """All but the current one and the latest others, of which one may be about to become current."""
        container = await self._connection.container(_CONTAINER)
        with translated():
            found = [blob async for blob in container.list_blobs(name_starts_with=_BASES) if blob.name != current.base]
        found.sort(key=lambda blob: blob.last_modified, reverse=True)
        await self.delete([blob.name for blob in found[_KEPT_BASES:]])

    async def drop_former_list(self) -> None:
        await self.delete([_FORMER_LIST])

    @asynccontextmanager
    async def _temporary(self, fill: Callable[[Path], None] = Path.touch) -> AsyncIterator[Path]:
        path = self._files.new_path().with_suffix(".gz")
        try:
            await asyncio.to_thread(fill, path)
            yield path
        finally:
            await asyncio.to_thread(path.unlink, missing_ok=True)


def _only(etag: str | None, condition: MatchConditions) -> dict[str, Any]:
    return {"etag": etag, "match_condition": condition} if etag else {}


def _packed(pointer: Pointer) -> bytes:
    return gzip.compress(msgspec.json.encode(pointer), _LEVEL, mtime=0)


def _unpacked(packed: bytes) -> Pointer:
    content = gzip.decompress(packed)
    schema = msgspec.json.decode(content, type=_OnlySchema).schema
    if schema > _SCHEMA:
        raise NewerSchema(f"the list of apps has schema {schema}; this version reads up to {_SCHEMA}")
    return msgspec.json.decode(content, type=Pointer)
