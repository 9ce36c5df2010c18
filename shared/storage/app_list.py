"""The list of apps: one compressed blob with a small row for each app, in the container ``applist``.

A Table has no index to filter and sort by, so the list is read as a whole. It is kept in memory as long as its ETag
stays, and then a reader costs one request without content. 10,000 apps are about half a megabyte.
"""

import asyncio
import gzip
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from azure.core import MatchConditions
from azure.core.exceptions import HttpResponseError, ResourceExistsError
from msgspec import Struct

from shared.domain.app_selection import Place, place_of, rest_after, select
from shared.domain.app_summaries import AppPage, AppQuery, AppSort, AppSummary, summary_of
from shared.domain.errors import Conflict
from shared.storage.apps import TableApps
from shared.storage.connection import StorageConnection
from shared.storage.errors import NewerSchema, code_of, translated
from shared.storage.page_tokens import read_token, write_token

_CONTAINER = "applist"
_BLOB = "summaries.json.gz"
_SCHEMA = 1
_LEVEL = 3
"""Written each minute at most, read often: quick rather than small."""


class _Snapshot(Struct, frozen=True):
    schema: int
    rows: tuple[AppSummary, ...]


class _Kept(Struct, frozen=True):
    """What is in memory; ``etag`` is None where there is no blob yet."""

    rows: tuple[AppSummary, ...]
    etag: str | None


class _Next(Struct, frozen=True):
    """Where a page begins; it holds for one order only."""

    sort: AppSort
    descending: bool
    place: Place


_EMPTY = _Kept((), None)


class BlobAppList:
    """``apps`` are what the list is made of anew."""

    def __init__(self, connection: StorageConnection, apps: TableApps) -> None:
        self._connection = connection
        self._apps = apps
        self._kept = _EMPTY

    async def page(self, query: AppQuery, top: int, after: str | None, now: datetime) -> AppPage:
        matching = select(await self.rows(), query, now)
        rest = rest_after(matching, query, _place(after, query)) if after is not None else matching
        shown, more = rest[:top], len(rest) > top
        return AppPage(apps=tuple(shown), total=len(matching), next=_next(shown[-1], query) if more else None)

    async def rows(self) -> tuple[AppSummary, ...]:
        return (await self._current()).rows

    async def update(self, changed: Sequence[AppSummary]) -> None:
        current = await self._current()
        by_app_id = {row.app_id: row for row in current.rows}
        updated = by_app_id | {row.app_id: row for row in changed}
        if updated != by_app_id:
            await self._write(tuple(updated.values()), current.etag)

    async def rebuild(self) -> None:
        current = await self._current()
        await self._write(tuple([summary_of(app) async for app in self._apps.all()]), current.etag)

    async def _current(self) -> _Kept:
        container = await self._connection.container(_CONTAINER)
        known = self._kept
        condition = _only(known.etag, MatchConditions.IfModified)
        with translated():
            try:
                download = await container.download_blob(_BLOB, **condition)
                packed = await download.readall()
            except HttpResponseError as error:
                if error.status_code == 304:
                    return known
                if code_of(error) != "BlobNotFound":
                    raise
                self._kept = _EMPTY
                return _EMPTY
        self._kept = _Kept(await asyncio.to_thread(_unpack, packed), str(download.properties.etag))
        return self._kept

    async def _write(self, rows: tuple[AppSummary, ...], etag: str | None) -> None:
        """Raises Conflict if another host wrote since ``etag`` was read."""
        packed = await asyncio.to_thread(_pack, rows)
        container = await self._connection.container(_CONTAINER)
        condition = _only(etag, MatchConditions.IfNotModified)
        with translated():
            try:
                written = await container.get_blob_client(_BLOB).upload_blob(
                    packed, overwrite=etag is not None, **condition
                )
            except ResourceExistsError:
                raise Conflict("another host wrote the first list") from None
        self._kept = _Kept(rows, str(written["etag"]))


def _only(etag: str | None, condition: MatchConditions) -> dict[str, Any]:
    return {"etag": etag, "match_condition": condition} if etag else {}


def _pack(rows: tuple[AppSummary, ...]) -> bytes:
    return gzip.compress(msgspec.json.encode(_Snapshot(_SCHEMA, rows)), _LEVEL)


def _unpack(packed: bytes) -> tuple[AppSummary, ...]:
    unpacked = gzip.decompress(packed)
    schema = msgspec.json.decode(unpacked, type=_OnlySchema).schema
    if schema > _SCHEMA:
        raise NewerSchema(f"the list of apps has schema {schema}; this version reads up to {_SCHEMA}")
    return msgspec.json.decode(unpacked, type=_Snapshot).rows


class _OnlySchema(Struct):
    schema: int


def _next(last: AppSummary, query: AppQuery) -> str:
    return write_token(_Next(query.sort, query.descending, place_of(last, query.sort)))


def _place(after: str, query: AppQuery) -> Place:
    token = read_token(after, _Next)
    if (token.sort, token.descending) != (query.sort, query.descending):
        raise ValueError("a page of another order")
    return token.place
