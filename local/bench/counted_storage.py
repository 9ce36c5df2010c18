"""Counts the requests that go to storage, each repetition included, by the service they go to."""

from collections import Counter
from typing import TYPE_CHECKING, Any

from shared.storage.connection import ConnectionString

if TYPE_CHECKING:
    from azure.data.tables.aio import TableServiceClient
    from azure.storage.blob.aio import BlobServiceClient
    from azure.storage.queue.aio import QueueServiceClient


class CountedStorage(ConnectionString):
    """``requests`` has ``tables``, ``blobs`` and ``queues``."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.requests = Counter[str]()

    def tables(self, **options: Any) -> "TableServiceClient":
        return super().tables(raw_request_hook=lambda _: self._count("tables"), **options)

    def blobs(self, **options: Any) -> "BlobServiceClient":
        return super().blobs(raw_request_hook=lambda _: self._count("blobs"), **options)

    def queues(self, **options: Any) -> "QueueServiceClient":
        return super().queues(raw_request_hook=lambda _: self._count("queues"), **options)

    def _count(self, service: str) -> None:
        self.requests[service] += 1
