"""The status of timers, kept as the platform keeps it: a small blob each, in the app's own storage."""

import json
import logging
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from azure.core.exceptions import AzureError, ResourceExistsError, ResourceNotFoundError

from local.host.errors import HostError
from local.host.invocation import TimerStatus
from local.host.retries import RETRIES
from local.host.settings import connection_string

if TYPE_CHECKING:
    # Imported at its first use below: it takes half a second, for which an app without timers does not wait.
    from azure.storage.blob.aio import ContainerClient

_SETTING = "AzureWebJobsStorage"
_CONTAINER = "azure-webjobs-hosts"

_log = logging.getLogger(__name__)


class TimerStatuses:
    """The status of all timers of one host."""

    def __init__(self, environment: Mapping[str, str], host_id: str) -> None:
        self._environment = environment
        self._host_id = host_id
        self._container: ContainerClient | None = None

    def of(self, function: str) -> "BlobStatusStore":
        """The store of one timer. Raises HostError where the connection to storage is not set."""
        from azure.storage.blob.aio import ContainerClient

        if self._container is None:
            connection = connection_string(_SETTING, self._environment)
            try:
                self._container = ContainerClient.from_connection_string(connection, _CONTAINER, **RETRIES)
            except ValueError as error:
                raise HostError(f"The app setting {_SETTING} is no connection to storage: {error}") from error
        return BlobStatusStore(self._container, f"timers/{self._host_id}/Host.Functions.{function}/status")

    async def close(self) -> None:
        """Close the connection."""
        if self._container is not None:
            await self._container.close()


class BlobStatusStore:
    """The status of one timer, in one blob."""

    def __init__(self, container: "ContainerClient", blob: str) -> None:
        self._container = container
        self._blob = container.get_blob_client(blob)

    @property
    def blob_name(self) -> str:
        """Where it is within the container."""
        return self._blob.blob_name

    async def read(self) -> TimerStatus | None:
        """The status as last written, None before the first time or where nobody can read it. Raises AzureError."""
        try:
            download = await self._blob.download_blob()
        except ResourceNotFoundError:
            return None
        content = await download.readall()
        try:
            document = json.loads(content)
            last = document["Last"]
            return TimerStatus(
                last=_moment(last) if last else None,
                next=_moment(document["Next"]),
                updated=_moment(document["LastUpdated"]),
            )
        except (ValueError, KeyError, TypeError, OverflowError) as error:
            _log.warning("The status %s is none and starts anew: %s", self.blob_name, error)
            return None

    async def write(self, status: TimerStatus) -> None:
        """Replace the status; a failure is logged, and at worst the next start runs the timer once more."""
        document = {
            "Last": status.last.isoformat() if status.last else None,
            "Next": status.next.isoformat(),
            "LastUpdated": status.updated.isoformat(),
        }
        content = json.dumps(document).encode()
        try:
            try:
                await self._blob.upload_blob(content, overwrite=True)
            except ResourceNotFoundError:
                # Another timer of the host may make it at the same moment.
                with suppress(ResourceExistsError):
                    await self._container.create_container()
                await self._blob.upload_blob(content, overwrite=True)
        except AzureError as error:
            _log.warning("The status of a timer cannot be kept: %s", error)


def _moment(text: str) -> datetime:
    """In UTC, as schedules count, whatever the zone it was written in; without one, it is UTC."""
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
