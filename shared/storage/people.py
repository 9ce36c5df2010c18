"""The users of the directory, in the table ``people``, and those of them that matter in the container ``people``.

Partitions are by the first character of the id, rows by the id. Marked people are few: one compressed blob holds them
all, and it is kept in memory for as long as its ETag stays. Then a reader costs one request without content.
"""

import asyncio
import gzip
from collections.abc import Sequence
from itertools import batched, groupby
from operator import itemgetter
from typing import Any

import msgspec
from azure.core import MatchConditions
from azure.core.exceptions import HttpResponseError
from azure.data.tables import TableEntity
from msgspec import Struct

from shared.domain.errors import Conflict
from shared.domain.people import Person
from shared.storage.connection import StorageConnection
from shared.storage.errors import NewerSchema, code_of, translated
from shared.storage.filters import Filter
from shared.storage.keys import key, number_text
from shared.storage.rows import make_row, read_body, version_of
from shared.storage.table import MOST_OPERATIONS, Batch, Table

_CONTAINER = "people"
_BLOB = "marked.json.gz"
_SCHEMA = 1
_LEVEL = 3
_MARKED, _PLAIN = "yes", "no"


class _Snapshot(Struct, frozen=True):
    schema: int
    people: tuple[Person, ...]


class _Kept(Struct, frozen=True):
    """What is in memory; ``etag`` is None where there is no blob yet."""

    people: dict[str, Person]
    etag: str | None


_EMPTY = _Kept({}, None)


class TablePeople:
    def __init__(self, connection: StorageConnection) -> None:
        self._connection = connection
        self._kept = _EMPTY

    async def save(self, people: Sequence[Person], read: int) -> None:
        """Of two states of one person the last counts."""
        latest = {person.id: person for person in people}
        await (await self._table()).upsert_all(
            make_row(
                _partition_of(person.id),
                key(person.id),
                {"read": number_text(read), "marked": _MARKED if person.is_marked else _PLAIN},
                person,
            )
            for person in latest.values()
        )

    async def get(self, user_ids: Sequence[str]) -> dict[str, Person]:
        keys = [(_partition_of(each), key(each)) for each in dict.fromkeys(user_ids)]
        found = [read_body(row, Person) for row in await (await self._table()).get_all(keys)]
        return {person.id: person for person in found}

    async def marked(self) -> dict[str, Person]:
        """Not to be changed by its readers, who share it."""
        container = await self._connection.container(_CONTAINER)
        known = self._kept
        condition: dict[str, Any] = {"etag": known.etag, "match_condition": MatchConditions.IfModified}
        with translated():
            try:
                download = await container.download_blob(_BLOB, **(condition if known.etag else {}))
                packed = await download.readall()
            except HttpResponseError as error:
                if error.status_code == 304:
                    return known.people
                if code_of(error) != "BlobNotFound":
                    raise
                self._kept = _EMPTY
                return _EMPTY.people
        self._kept = _Kept(await asyncio.to_thread(_unpack, packed), str(download.properties.etag))
        return self._kept.people

    async def mark(self, read: int) -> None:
        """The marked ones first, then the rows of those who are gone: dying in between leaves rows nobody asks for."""
        table = await self._table()
        where = Filter().where("marked", "eq", _MARKED).where("read", "ge", number_text(read))
        marked = [read_body(row, Person) async for row in table.query(where)]
        packed = await asyncio.to_thread(_pack, tuple(marked))
        container = await self._connection.container(_CONTAINER)
        with translated():
            written = await container.get_blob_client(_BLOB).upload_blob(packed, overwrite=True)
        self._kept = _Kept({person.id: person for person in marked}, str(written["etag"]))
        await _forget_unseen(table, read)

    async def _table(self) -> Table:
        return await self._connection.table("people")


async def _forget_unseen(table: Table, read: int) -> None:
    where = Filter().where("read", "lt", number_text(read))
    unseen = [row async for row in table.query(where, ["PartitionKey", "RowKey", "Timestamp"])]
    for partition, rows in groupby(unseen, key=itemgetter("PartitionKey")):
        for some in batched(rows, MOST_OPERATIONS, strict=False):
            batch = Batch()
            for row in some:
                batch.delete(partition, row["RowKey"], version_of(row))
            try:
                await table.commit(batch)
            except Conflict:
                await _forget_one_by_one(table, partition, some)


async def _forget_one_by_one(table: Table, partition: str, rows: Sequence[TableEntity]) -> None:
    """Those that were saved again meanwhile stay."""
    for row in rows:
        try:
            await table.delete(partition, row["RowKey"], version_of(row))
        except Conflict:
            continue


def _partition_of(user_id: str) -> str:
    return key(user_id[:1])


def _pack(people: tuple[Person, ...]) -> bytes:
    return gzip.compress(msgspec.json.encode(_Snapshot(_SCHEMA, people)), _LEVEL)


def _unpack(packed: bytes) -> dict[str, Person]:
    unpacked = gzip.decompress(packed)
    schema = msgspec.json.decode(unpacked, type=_OnlySchema).schema
    if schema > _SCHEMA:
        raise NewerSchema(f"marked people have schema {schema}; this version reads up to {_SCHEMA}")
    people = msgspec.json.decode(unpacked, type=_Snapshot).people
    return {person.id: person for person in people}


class _OnlySchema(Struct):
    schema: int
