"""Whether storage can be reached."""

from shared.domain.errors import Unavailable
from shared.storage.connection import StorageConnection
from shared.storage.errors import translated

_SERVICES = ("table", "queue", "blob")


async def unreachable(connection: StorageConnection) -> tuple[str, ...]:
    """The services that do not answer, of ``table``, ``queue`` and ``blob``. Costs one small request each."""
    return tuple([service for service in _SERVICES if not await _answers(connection, service)])


async def _answers(connection: StorageConnection, service: str) -> bool:
    try:
        match service:
            case "table":
                await (await connection.table("ledger")).get("|health", "none")
            case "queue":
                queue = await connection.queue("evaluate")
                with translated():
                    await queue.get_queue_properties()
            case _:
                container = await connection.container("archive")
                with translated():
                    await container.get_container_properties()
    except Unavailable:
        return False
    return True
