"""What stands, in the table ``standing``: partitions are those of the apps, rows ``policy|appId|fingerprint``.

Rows of what has ended stay: they hold the number of the next occurrence.
"""

from collections.abc import Sequence

from shared.domain.standing import Standing, VersionedStanding
from shared.storage.connection import StorageConnection
from shared.storage.filters import Filter
from shared.storage.keys import key
from shared.storage.rows import make_row, read_body, version_of
from shared.storage.table import Batch, Table


class TableStanding:
    def __init__(self, connection: StorageConnection) -> None:
        self._connection = connection

    async def in_partition(self, partition: str) -> dict[str, VersionedStanding]:
        """All that ever stood, by fingerprint: a read for each thousand."""
        table = await self._table()
        found: dict[str, VersionedStanding] = {}
        async for row in table.query(Filter.partition(partition)):
            standing = read_body(row, Standing)
            found[standing.fingerprint] = VersionedStanding(standing=standing, version=version_of(row))
        return found

    async def put(self, partition: str, changed: Sequence[VersionedStanding]) -> dict[str, VersionedStanding]:
        """Raises Conflict where one moved on; some of the others may be written then."""
        table, batch = await self._table(), Batch()
        versions: list[str | None] = []
        for one in changed:
            standing = one.standing
            row = make_row(partition, key(standing.policy_id, standing.app_id, standing.fingerprint), body=standing)
            if not batch.takes_easily(row):
                versions += await table.commit(batch)
                batch = Batch()
            if one.version is None:
                batch.insert(row)
            else:
                batch.replace(row, one.version)
        if changed:
            versions += await table.commit(batch)
        return {
            one.standing.fingerprint: VersionedStanding(standing=one.standing, version=version)
            for one, version in zip(changed, versions, strict=True)
        }

    async def _table(self) -> Table:
        return await self._connection.table("standing")
