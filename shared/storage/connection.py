"""The connection to one storage account. Clients are built, and tables made, on first use and then kept."""

import random
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Protocol

from azure.core.exceptions import ResourceExistsError

from shared.storage.errors import translated
from shared.storage.table import Table

if TYPE_CHECKING:  # Queue and blob clients take seconds to import: only those that use them pay.
    from azure.data.tables.aio import TableServiceClient
    from azure.identity.aio import ManagedIdentityCredential
    from azure.storage.blob.aio import BlobServiceClient, ContainerClient
    from azure.storage.queue.aio import QueueClient, QueueServiceClient


class Account(Protocol):
    """Where the account is and how to sign in; ``options`` are those of the clients."""

    def tables(self, **options: Any) -> "TableServiceClient": ...
    def queues(self, **options: Any) -> "QueueServiceClient": ...
    def blobs(self, **options: Any) -> "BlobServiceClient": ...
    async def close(self) -> None: ...


class ConnectionString:
    """An account by its connection string: Azurite, or an account that allows shared keys."""

    def __init__(self, text: str) -> None:
        self._text = text

    def tables(self, **options: Any) -> "TableServiceClient":
        from azure.data.tables.aio import TableServiceClient

        return TableServiceClient.from_connection_string(self._text, **options)

    def queues(self, **options: Any) -> "QueueServiceClient":
        from azure.storage.queue.aio import QueueServiceClient

        return QueueServiceClient.from_connection_string(self._text, **options)

    def blobs(self, **options: Any) -> "BlobServiceClient":
        from azure.storage.blob.aio import BlobServiceClient

        return BlobServiceClient.from_connection_string(self._text, **options)

    async def close(self) -> None:
        """There is nothing of its own to close."""


class ManagedIdentity:
    """An account by the https addresses of its services, signed in to as the identity of the function app."""

    def __init__(self, table_uri: str, queue_uri: str, blob_uri: str, client_id: str | None = None) -> None:
        self._table_uri = table_uri
        self._queue_uri = queue_uri
        self._blob_uri = blob_uri
        self._client_id = client_id
        self._opened: ManagedIdentityCredential | None = None

    def tables(self, **options: Any) -> "TableServiceClient":
        from azure.data.tables.aio import TableServiceClient

        return TableServiceClient(self._table_uri, credential=self._credential(), **options)

    def queues(self, **options: Any) -> "QueueServiceClient":
        from azure.storage.queue.aio import QueueServiceClient

        return QueueServiceClient(self._queue_uri, credential=self._credential(), **options)

    def blobs(self, **options: Any) -> "BlobServiceClient":
        from azure.storage.blob.aio import BlobServiceClient

        return BlobServiceClient(self._blob_uri, credential=self._credential(), **options)

    async def close(self) -> None:
        if self._opened is not None:
            await self._opened.close()

    def _credential(self) -> "ManagedIdentityCredential":
        from azure.identity.aio import ManagedIdentityCredential

        if self._opened is None:
            self._opened = ManagedIdentityCredential(client_id=self._client_id)
        return self._opened


class StorageConnection:
    """All adapters of one process share one. Use it within one event loop, and close it at the end.

    ``prefix`` (lower-case letters and digits) stands before every name, so that tests share an account. A request
    may take ``timeout_seconds`` to connect and as long between two pieces of its answer, and is repeated up to
    ``retries`` times with growing, random waits of seconds.
    """

    def __init__(self, account: Account, prefix: str = "", timeout_seconds: float = 20, retries: int = 3) -> None:
        self._account = account
        self._prefix = prefix
        self._options: dict[str, Any] = {
            "connection_timeout": timeout_seconds,
            "read_timeout": timeout_seconds,
            "retry_total": retries,
            # Tables double this factor; the randomness is per process, which is enough to part them.
            "retry_backoff_factor": random.uniform(0.4, 0.8),  # noqa: S311 -- spreads load, keeps no secret
            # Queues and blobs wait so much, plus two to the power of the attempt, give or take a second.
            "initial_backoff": 0,
            "increment_base": 2,
            "random_jitter_range": 1,
            # Else the transport looks for a proxy and a netrc file at every request: a third of what one costs us.
            # Storage is reached directly.
            "use_env_settings": False,
        }
        self._table_service: TableServiceClient | None = None
        self._queue_service: QueueServiceClient | None = None
        self._blob_service: BlobServiceClient | None = None
        self._tables: dict[str, Table] = {}
        self._queues: dict[str, QueueClient] = {}
        self._containers: dict[str, ContainerClient] = {}

    async def table(self, name: str) -> Table:
        """The table, made if absent."""
        if name not in self._tables:
            if self._table_service is None:
                self._table_service = self._account.tables(**self._options)
            client = self._table_service.get_table_client(self._prefix + name)
            with translated(), suppress(ResourceExistsError):
                await client.create_table()
            self._tables[name] = Table(client)
        return self._tables[name]

    async def queue(self, name: str) -> "QueueClient":
        """The queue, made if absent."""
        if name not in self._queues:
            if self._queue_service is None:
                self._queue_service = self._account.queues(**self._options)
            client = self._queue_service.get_queue_client(self._prefix + name)
            with translated(), suppress(ResourceExistsError):
                await client.create_queue()
            self._queues[name] = client
        return self._queues[name]

    async def container(self, name: str) -> "ContainerClient":
        """The container, made if absent."""
        if name not in self._containers:
            if self._blob_service is None:
                self._blob_service = self._account.blobs(**self._options)
            client = self._blob_service.get_container_client(self._prefix + name)
            with translated(), suppress(ResourceExistsError):
                await client.create_container()
            self._containers[name] = client
        return self._containers[name]

    async def close(self) -> None:
        """Close what was opened."""
        for service in (self._table_service, self._queue_service, self._blob_service):
            if service is not None:
                await service.close()
        await self._account.close()
