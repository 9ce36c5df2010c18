"""What windows and sequences remember, in the table ``state``: one row per match, in the order of time.

A partition is one group of one policy state. Rows that have had their time are found by the table ``stateexpiry``: its
partitions are hours, and each row names a partition of ``state`` with rows that expire in that hour. It is written
before the matches, so what a crash leaves is a row that leads to nothing.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from itertools import batched

import msgspec

from shared.domain.errors import Conflict
from shared.domain.matches import Match
from shared.storage.connection import StorageConnection
from shared.storage.filters import Filter
from shared.storage.keys import end_of, key, time_text
from shared.storage.large_bodies import LargeBodies
from shared.storage.ledger_ids import hour_text
from shared.storage.rows import Row, make_row, version_of
from shared.storage.table import MOST_OPERATIONS, Batch, Table

_MOST_INLINE_BYTES = 16 * 1024


class TableStateStore:
    """One call of ``purge`` deletes at most ``most_purged`` rows; a hundred take one request."""

    def __init__(self, connection: StorageConnection, most_purged: int = 5000) -> None:
        self._connection = connection
        self._most_purged = most_purged
        self._bodies = LargeBodies(connection)

    async def insert(self, matches: Sequence[Match], expires: datetime) -> None:
        partitions = {_partition_of(match) for match in matches}
        hour = hour_text(expires)
        expiry = await self._connection.table("stateexpiry")
        await expiry.upsert_all(make_row(hour, partition) for partition in partitions)
        rows: dict[tuple[str, str], Row] = {}
        for match in matches:
            partition, row = _partition_of(match), _row_of(match)
            columns = {"expires": time_text(expires)}
            rows[partition, row] = await self._bodies.make_row(partition, row, columns, match, _MOST_INLINE_BYTES)
        state = await self._connection.table("state")
        await state.upsert_all(rows.values())

    async def between(self, match: Match, start: datetime, end: datetime, limit: int) -> list[Match]:
        state = await self._connection.table("state")
        where = Filter.partition(_partition_of(match), time_text(start), end_of(time_text(end)))
        return [await self._bodies.read_body(row, Match) async for row in state.first(where, limit + 1)]

    async def purge(self, now: datetime) -> int:
        """Delete rows that expired in an hour that is over; returns how many."""
        state, expiry = await self._connection.table("state"), await self._connection.table("stateexpiry")
        purged = 0
        async for due in expiry.query(Filter().where("PartitionKey", "lt", hour_text(now)), ["Timestamp"]):
            if purged == self._most_purged:
                break
            try:
                count, complete = await _purge(state, due["RowKey"], now, self._most_purged - purged)
            except Conflict:
                continue  # A match was inserted again just now: the next call sees what it says.
            purged += count
            if complete:
                await _forget(expiry, due["PartitionKey"], due["RowKey"], version_of(due))
        return purged


async def _purge(state: Table, partition: str, now: datetime, most: int) -> tuple[int, bool]:
    """Returns how many rows were deleted and whether none is left."""
    where = Filter.partition(partition).where("expires", "lt", time_text(now))
    rows = [row async for row in state.first(where, most, ["Timestamp"])]
    for some in batched(rows, MOST_OPERATIONS, strict=False):
        batch = Batch()
        for row in some:
            batch.delete(partition, row["RowKey"], version_of(row))
        await state.commit(batch)
    return len(rows), len(rows) < most


async def _forget(expiry: Table, partition: str, row: str, version: str) -> None:
    try:
        await expiry.delete(partition, row, version)
    except Conflict:
        return  # More rows were written that expire in this hour: the next call finds them.


def _partition_of(match: Match) -> str:
    """The hash covers all that names the group; what stands before it is for people who look at the table."""
    group = msgspec.json.encode((match.policy_id, match.state_version, match.group))
    digest = hashlib.blake2b(group, digest_size=16).hexdigest()
    return key(f"{match.policy_id}@{match.state_version}", digest)


def _row_of(match: Match) -> str:
    return key(time_text(match.time), match.step or "", match.event_id)
