"""Clients of the queues that the app's bindings name, one a queue."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from local.host.errors import HostError
from local.host.functions import Binding
from local.host.queues.encoding import Encoding, encode
from local.host.retries import RETRIES
from local.host.settings import connection_string, resolve

if TYPE_CHECKING:
    # Imported at its first use below: it takes half a second, for which an app without queues does not wait.
    from azure.storage.queue.aio import QueueClient

_POISON_SUFFIX = "-poison"


class QueueClients:
    """Opens clients as they are asked for and closes all together. They carry texts as they are stored."""

    def __init__(self, environment: Mapping[str, str], encoding: Encoding) -> None:
        self._environment = environment
        self._encoding: Encoding = encoding
        self._clients: dict[tuple[str, str], QueueClient] = {}

    def queue(self, binding: Binding) -> "QueueClient":
        """The queue of a binding. Raises HostError where its name or connection does not resolve."""
        return self._client(binding, resolve(binding.text("queueName"), self._environment).lower())

    def poison_queue(self, binding: Binding) -> "QueueClient | None":
        """Where messages go that failed on this queue; None for a queue that is one itself."""
        name = self.queue(binding).queue_name
        return None if name.endswith(_POISON_SUFFIX) else self._client(binding, name + _POISON_SUFFIX)

    async def send(self, binding: Binding, text: str) -> None:
        """Put a text on the queue of a binding, which is made where absent. Raises AzureError."""
        from azure.core.exceptions import ResourceNotFoundError

        client = self.queue(binding)
        stored = encode(text, self._encoding)
        try:
            await client.send_message(stored)
        except ResourceNotFoundError:
            await client.create_queue()
            await client.send_message(stored)

    async def close(self) -> None:
        """Close the connections."""
        for client in self._clients.values():
            await client.close()

    def _client(self, binding: Binding, name: str) -> "QueueClient":
        from azure.storage.queue.aio import QueueClient

        setting = binding.text("connection", default="AzureWebJobsStorage")
        connection = connection_string(setting, self._environment)
        client = self._clients.get((connection, name))
        if client is None:
            try:
                client = QueueClient.from_connection_string(connection, name, **RETRIES)
            except ValueError as error:
                raise HostError(f"The app setting {setting} is no connection to storage: {error}") from error
            self._clients[connection, name] = client
        return client
