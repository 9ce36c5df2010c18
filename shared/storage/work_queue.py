"""Queues of hints that there is work: ``evaluate``, ``settle``, ``remediate``, ``apps``, ``exports``, ``simulations``.

The host moves a message that failed for good to the queue of the same name with ``-poison`` behind.
"""

import base64
from collections.abc import Callable
from datetime import timedelta

from shared.domain.messages import (
    AlertUnsettled,
    AppsWait,
    ChunkWaits,
    ExportWaits,
    QueueDepth,
    RemediationWaits,
    SimulationWaits,
    encode_message,
)
from shared.storage.connection import StorageConnection
from shared.storage.errors import translated

QUEUES = ("evaluate", "settle", "remediate", "apps", "exports", "simulations")
_NEVER = -1
_LONGEST_DELAY = timedelta(days=7)
"""What the service takes; a message hidden for so long is found by the sweeper first."""


class StorageQueues:
    """Messages never expire. They are base64, as the queue trigger expects by default.

    ``traceparent`` gives the current trace context (W3C), or None where nothing is traced.
    """

    def __init__(self, connection: StorageConnection, traceparent: Callable[[], str | None] = lambda: None) -> None:
        self._connection = connection
        self._traceparent = traceparent

    async def evaluate(self, source: str, sequence: int, delay: timedelta = timedelta(0)) -> None:
        message = ChunkWaits(source=source, sequence=sequence, traceparent=self._traceparent())
        await self._send("evaluate", encode_message(message), delay)

    async def settle(self, alert_id: str, delay: timedelta = timedelta(0)) -> None:
        message = AlertUnsettled(alert_id=alert_id, traceparent=self._traceparent())
        await self._send("settle", encode_message(message), delay)

    async def remediate(self, remediation_id: str, delay: timedelta = timedelta(0)) -> None:
        message = RemediationWaits(remediation_id=remediation_id, traceparent=self._traceparent())
        await self._send("remediate", encode_message(message), delay)

    async def evaluate_apps(self, partition: str, delay: timedelta = timedelta(0)) -> None:
        message = AppsWait(partition=partition, traceparent=self._traceparent())
        await self._send("apps", encode_message(message), delay)

    async def build_export(self, export_id: str, delay: timedelta = timedelta(0)) -> None:
        message = ExportWaits(export_id=export_id, traceparent=self._traceparent())
        await self._send("exports", encode_message(message), delay)

    async def simulate(self, simulation_id: str, delay: timedelta = timedelta(0)) -> None:
        message = SimulationWaits(simulation_id=simulation_id, traceparent=self._traceparent())
        await self._send("simulations", encode_message(message), delay)

    async def depths(self) -> tuple[QueueDepth, ...]:
        """Approximate, as the service counts them."""
        return tuple(
            [
                QueueDepth(queue=name, waiting=await self._count(name), poison=await self._count(f"{name}-poison"))
                for name in QUEUES
            ]
        )

    async def _send(self, name: str, body: bytes, delay: timedelta) -> None:
        queue = await self._connection.queue(name)
        hidden = int(min(delay, _LONGEST_DELAY).total_seconds())
        with translated():
            await queue.send_message(
                base64.b64encode(body).decode(), visibility_timeout=max(hidden, 0), time_to_live=_NEVER
            )

    async def _count(self, name: str) -> int:
        queue = await self._connection.queue(name)
        with translated():
            return int((await queue.get_queue_properties()).approximate_message_count or 0)
