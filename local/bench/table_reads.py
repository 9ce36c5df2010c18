"""Counts the requests that go to Tables, each repetition included."""

from typing import TYPE_CHECKING, Any

from shared.storage.connection import ConnectionString

if TYPE_CHECKING:
    from azure.data.tables.aio import TableServiceClient


class CountedTables(ConnectionString):
    """An account that counts what its table clients send."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.requests = 0

    def tables(self, **options: Any) -> "TableServiceClient":
        # The hook stands behind the client's retries, so it sees every attempt.
        return super().tables(raw_request_hook=self._count, **options)

    def _count(self, _: object) -> None:
        self.requests += 1
