"""One table: reads, writes and batches, with errors in the domain's words."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from itertools import starmap
from typing import Any, NamedTuple

from azure.core import MatchConditions
from azure.core.exceptions import ResourceNotFoundError
from azure.data.tables import TableEntity, UpdateMode
from azure.data.tables.aio import TableClient

from shared.storage.errors import RowTooLarge, code_of, translated
from shared.storage.filters import Filter
from shared.storage.rows import KEYS, Row, wire_bytes

MOST_OPERATIONS = 100
_MOST_BATCH_BYTES = 3_500_000
"""The service takes 4 MiB, headers of every operation included."""
_EASY_BATCH_BYTES = 900_000
"""A request of more than 1 MiB holds up the event loop while it is sent."""
MOST_PAGE_ROWS = 1000
_WRITES = {"create": "create_entity", "upsert": "upsert_entity", "update": "update_entity"}
"""Not to delete: a row that is gone is a conflict in a transaction only."""
_READS_AT_ONCE = 16
_BATCHES_AT_ONCE = 8

type Continuation = Mapping[str, str]


class Page(NamedTuple):
    """What one request read. ``rows`` may be empty although there is a continuation."""

    rows: list[TableEntity]
    continuation: Continuation | None


class Batch:
    """Operations on one partition that happen together or not at all, each row at most once."""

    def __init__(self) -> None:
        self.operations: list[tuple[str, Mapping[str, Any], dict[str, Any]]] = []
        self._bytes = 0

    def insert(self, row: Row) -> None:
        self._add("create", row, {})

    def upsert(self, row: Row) -> None:
        self._add("upsert", row, {"mode": UpdateMode.REPLACE})

    def replace(self, row: Row, version: str) -> None:
        self._add(
            "update",
            row,
            {"mode": UpdateMode.REPLACE, "etag": version, "match_condition": MatchConditions.IfNotModified},
        )

    def delete(self, partition: str, row: str, version: str) -> None:
        keys: Row = {"PartitionKey": partition, "RowKey": row}
        self._add("delete", keys, {"etag": version, "match_condition": MatchConditions.IfNotModified})

    def takes_easily(self, row: Row) -> bool:
        """Whether the batch stays small with this row; an empty one takes any row that can be written."""
        small = self._bytes + wire_bytes(row) <= _EASY_BATCH_BYTES
        return not self.operations or (small and len(self.operations) < MOST_OPERATIONS)

    def _add(self, operation: str, row: Row, options: dict[str, Any]) -> None:
        self._bytes += wire_bytes(row)
        if len(self.operations) == MOST_OPERATIONS or self._bytes > _MOST_BATCH_BYTES:
            raise RowTooLarge(f"a batch holds {MOST_OPERATIONS} rows and {_MOST_BATCH_BYTES} bytes, no more")
        self.operations.append((operation, row, options))


def upserts_of(rows: Iterable[Row]) -> Iterator[Batch]:
    """As few batches as it takes, one partition each."""
    open_batches: dict[str, Batch] = {}
    for row in rows:
        partition = str(row["PartitionKey"])
        batch = open_batches.setdefault(partition, Batch())
        if not batch.takes_easily(row):
            yield batch
            batch = open_batches[partition] = Batch()
        batch.upsert(row)
    yield from open_batches.values()


class Table:
    """Raises Conflict and Unavailable, and RowTooLarge before anything is sent."""

    def __init__(self, client: TableClient) -> None:
        self._client = client

    async def get(self, partition: str, row: str) -> TableEntity | None:
        with translated():
            try:
                return await self._client.get_entity(partition, row)
            except ResourceNotFoundError as error:
                if code_of(error) == "TableNotFound":
                    raise  # Taken away under our feet: nothing like an empty table.
                return None

    async def get_all(self, keys: Iterable[tuple[str, str]]) -> list[TableEntity]:
        """Those rows of these partitions and row keys that exist: a request each, some of them at a time."""
        free = asyncio.Semaphore(_READS_AT_ONCE)

        async def get(partition: str, row: str) -> TableEntity | None:
            async with free:
                return await self.get(partition, row)

        found = await asyncio.gather(*starmap(get, keys))
        return [row for row in found if row is not None]

    async def query(self, where: Filter, select: Sequence[str] | None = None) -> AsyncIterator[TableEntity]:
        """All rows, in the order of their keys, read a page at a time."""
        continuation: Continuation | None = {}
        while continuation is not None:
            page = await self.page(where, MOST_PAGE_ROWS, select, continuation)
            for row in page.rows:
                yield row
            continuation = page.continuation

    async def first(self, where: Filter, most: int, select: Sequence[str] | None = None) -> AsyncIterator[TableEntity]:
        """The first rows, at most so many; no more than these are read."""
        continuation: Continuation | None = {}
        while most > 0 and continuation is not None:
            page = await self.page(where, min(most, MOST_PAGE_ROWS), select, continuation)
            for row in page.rows:
                yield row
            most -= len(page.rows)
            continuation = page.continuation

    async def page(
        self, where: Filter, top: int, select: Sequence[str] | None = None, continuation: Continuation | None = None
    ) -> Page:
        """At most ``top`` rows (up to 1,000), for exactly one request. The keys and the schema are always selected."""
        found = self._client.query_entities(
            where.text,
            parameters=where.parameters,
            results_per_page=top,
            select=None if select is None else [*KEYS, *select],
        )
        with translated():
            # The client takes keys where its types promise a string.
            pages = found.by_page(dict(continuation or {}))  # type: ignore[arg-type]
            rows = [row async for row in await anext(pages)]
        return Page(rows, pages.continuation_token or None)  # type: ignore[attr-defined]

    async def insert(self, row: Row) -> str:
        """Returns the version; raises Conflict if the row exists."""
        with translated():
            return str((await self._client.create_entity(row))["etag"])

    async def upsert(self, row: Row) -> str:
        """Returns the version."""
        with translated():
            return str((await self._client.upsert_entity(row, mode=UpdateMode.REPLACE))["etag"])

    async def replace(self, row: Row, version: str) -> str:
        """Returns the new version; raises Conflict if the row changed or went."""
        with translated():
            written = await self._client.update_entity(
                row, mode=UpdateMode.REPLACE, etag=version, match_condition=MatchConditions.IfNotModified
            )
            return str(written["etag"])

    async def delete(self, partition: str, row: str, version: str | None = None) -> None:
        """Absence is fine. With a version, raises Conflict if the row changed."""
        with translated():
            if version is None:
                await self._client.delete_entity(partition, row)
            else:
                keys = TableEntity(PartitionKey=partition, RowKey=row)
                await self._client.delete_entity(keys, etag=version, match_condition=MatchConditions.IfNotModified)

    async def upsert_all(self, rows: Iterable[Row]) -> None:
        """Upsert independent rows of any partitions, a few batches at a time. Each row at most once.

        After an error some rows are written and others not: repeat it all.
        """
        free = asyncio.Semaphore(_BATCHES_AT_ONCE)

        async def commit(batch: Batch) -> None:
            async with free:
                await self.commit(batch)

        for outcome in await asyncio.gather(*map(commit, upserts_of(rows)), return_exceptions=True):
            if outcome is not None:
                raise outcome

    async def commit(self, batch: Batch) -> list[str | None]:
        """Returns the versions of the rows in their order, None for deleted ones. Raises Conflict: nothing happened."""
        with translated():
            if len(batch.operations) == 1 and batch.operations[0][0] in _WRITES:
                return [await self._write(*batch.operations[0])]
            written = await self._client.submit_transaction(batch.operations)
        return [operation.get("etag") for operation in written]

    async def _write(self, operation: str, row: Mapping[str, Any], options: dict[str, Any]) -> str:
        """A row by itself: as a transaction of one it would take four times as long to put together and to read."""
        written = await getattr(self._client, _WRITES[operation])(row, **options)
        return str(written["etag"])
