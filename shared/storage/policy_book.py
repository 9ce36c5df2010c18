"""The policy book, in the table ``policies``: one partition, so that every change of it is one commit.

Rows: ``head`` (its version is the book's), ``p|id`` (the current version of a policy), ``v|id|number`` (each version,
never changed), ``l|name`` (a list), ``x|id`` (an exemption), ``e|subject|sequence`` (history of lists and exemptions),
``t|subject`` (the newest entry of each history).
"""

from typing import Final

from msgspec import Struct

from shared.domain.alerts import HistoryEntry
from shared.domain.errors import Conflict
from shared.domain.exemptions import Exemption
from shared.domain.policy_book import (
    BookChange,
    NamedList,
    PolicyBook,
    PolicyVersion,
    StoredPolicy,
    policy_subject,
)
from shared.storage.connection import StorageConnection
from shared.storage.filters import Filter
from shared.storage.keys import end_of, key, number_text
from shared.storage.rows import Row, make_row, read_body, version_of
from shared.storage.table import Batch, Table

_PARTITION: Final = "book"
_HEAD: Final = "head"
_MOST_TRIES: Final = 5


class _Head(Struct):
    """``changes`` counts the commits."""

    changes: int


class TablePolicyBooks:
    def __init__(self, connection: StorageConnection) -> None:
        self._connection = connection

    async def version(self) -> str | None:
        row = await (await self._table()).get(_PARTITION, _HEAD)
        return version_of(row) if row is not None else None

    async def read(self) -> PolicyBook:
        """Raises Conflict where it changes all the time: what is read must be one whole state."""
        for _ in range(_MOST_TRIES):
            before = await self.version()
            book = await self._read(before)
            if await self.version() == before:
                return book
        raise Conflict(f"the policy book changed {_MOST_TRIES} times while it was read")

    async def commit(self, change: BookChange) -> str:
        table = await self._table()
        batch = Batch()
        await self._add_head(table, batch, change.expected)
        for stored in change.saved:
            batch.upsert(make_row(_PARTITION, key("p", stored.id), body=stored))
        for policy_id in change.removed:
            # Not deleted: whoever read the row knows its version, and the book's version guards it here.
            batch.upsert(make_row(_PARTITION, key("p", policy_id)))
        for version in change.versions:
            row_key = key("v", version.policy_id, number_text(version.version))
            batch.insert(make_row(_PARTITION, row_key, body=version))
            batch.upsert(_newest(policy_subject(version.policy_id), version.entry))
        for one in change.lists:
            batch.upsert(make_row(_PARTITION, key("l", one.name), body=one))
        for name in change.removed_lists:
            batch.upsert(make_row(_PARTITION, key("l", name)))
        for exemption in change.exemptions:
            batch.upsert(make_row(_PARTITION, key("x", exemption.id), body=exemption))
        for exemption_id in change.forgotten:
            batch.upsert(make_row(_PARTITION, key("x", exemption_id)))
        for subject, entry in change.entries:
            batch.insert(make_row(_PARTITION, key("e", subject, number_text(entry.sequence)), body=entry))
            batch.upsert(_newest(subject, entry))
        versions = await table.commit(batch)
        return str(versions[0])

    async def versions(self, policy_id: str) -> list[PolicyVersion]:
        prefix = f"{key('v', policy_id)}|"
        where = Filter.partition(_PARTITION, prefix, end_of(prefix))
        found = [read_body(row, PolicyVersion) async for row in (await self._table()).query(where)]
        return found[::-1]

    async def entries(self, subject: str) -> list[HistoryEntry]:
        prefix = f"{key('e', subject)}|"
        where = Filter.partition(_PARTITION, prefix, end_of(prefix))
        return [read_body(row, HistoryEntry) async for row in (await self._table()).query(where)]

    async def list_values(self, name: str) -> tuple[str, ...]:
        row = await (await self._table()).get(_PARTITION, key("l", name))
        return read_body(row, NamedList).values if row is not None and "body_00" in row else ()

    async def _add_head(self, table: Table, batch: Batch, expected: str | None) -> None:
        """First of the batch, so that a book that has moved on refuses the whole of it."""
        row = await table.get(_PARTITION, _HEAD)
        if expected is None:
            batch.insert(make_row(_PARTITION, _HEAD, body=_Head(changes=1)))
            return
        changes = read_body(row, _Head).changes if row is not None else 0
        batch.replace(make_row(_PARTITION, _HEAD, body=_Head(changes=changes + 1)), expected)

    async def _read(self, version: str | None) -> PolicyBook:
        policies: dict[str, StoredPolicy] = {}
        lists: dict[str, NamedList] = {}
        exemptions: dict[str, Exemption] = {}
        last_entries: dict[str, HistoryEntry] = {}
        table = await self._table()
        for prefix in ("l|", "p|", "t|", "x|"):
            async for row in table.query(Filter.partition(_PARTITION, prefix, end_of(prefix))):
                if "body_00" not in row:
                    continue  # It is gone.
                if prefix == "p|":
                    stored = read_body(row, StoredPolicy)
                    policies[stored.id] = stored
                elif prefix == "l|":
                    one = read_body(row, NamedList)
                    lists[one.name] = one
                elif prefix == "x|":
                    exemption = read_body(row, Exemption)
                    exemptions[exemption.id] = exemption
                elif prefix == "t|":
                    last_entries[str(row["subject"])] = read_body(row, HistoryEntry)
        return PolicyBook(
            version=version, policies=policies, lists=lists, exemptions=exemptions, last_entries=last_entries
        )

    async def _table(self) -> Table:
        return await self._connection.table("policies")


def _newest(subject: str, entry: HistoryEntry) -> Row:
    return make_row(_PARTITION, key("t", subject), {"subject": subject}, entry)
