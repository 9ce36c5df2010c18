"""How soon after a record can be read at Microsoft Graph its alert stands in the table, under a steady load.

Run as a program it collects and judges, and prints how late each alert was; ``measure_latency`` is the tenant, in which
records become readable all the time. Records are 500 a second, the most that Graph hands out of all logs together. The
pace of requests is not kept: a pass reads its last ten minutes again, for which the limit would leave no room.
"""

import asyncio
import base64
import json
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import batched

import msgspec

from local.azurite import Azurite
from local.bench.audit_records import alerts_in, audit_lines
from local.bench.child import measured_by, settings_for
from local.bench.results import Better, Judged, Result, percentile
from local.host.identity.personas import TENANT_ID
from local.tenant.directory.clock import SystemClock
from local.tenant.directory.generate import generate
from local.tenant.directory.tenant import Tenant
from local.tenant.identities import READER_CLIENT_ID, own_identities
from local.tenant.server import serve
from shared.bootstrap import Application, application
from shared.domain.activities import Activity
from shared.domain.messages import ChunkWaits, decode_message
from shared.domain.streams import Family, Stream
from shared.graph.audits import GraphAudits
from shared.graph.connection import GraphConnection
from shared.graph.limits import Limits
from shared.pipeline.collection.collect_logs import collect_logs
from shared.pipeline.detection.evaluate import evaluate
from shared.pipeline.services import Services
from shared.settings import settings_of_this_process

INTERVAL = 10.0
"""Seconds between two runs of the collector, which are a minute in production."""
_ALLOWED = 5
_A_SECOND = 500
_BATCH = 50
_SOON = 0.01
_PATIENCE = 120
_LATE_FACTOR = 1e6
"""Divides the minutes that audits are late in coming: the service's time is not ours."""


class Latencies(msgspec.Struct, frozen=True):
    """Seconds from readable to alert, of each event that deserved one."""

    seconds: list[float]
    events: int
    alerts: int


def measure_latency(seconds: int) -> list[Result]:
    """Twice the seconds. Raises RuntimeError where an event or an alert is missing."""
    with Azurite.start() as azurite:
        found = asyncio.run(_serve(azurite.connection_string, seconds * _A_SECOND))
    print(
        f"latency: {found.events:,} records at {_A_SECOND} a second, collected every {INTERVAL:.0f} s; "
        f"{len(found.seconds)} deserved an alert, half had it {percentile(found.seconds, 0.5):.1f} s after they "
        f"could be read, 95 % within {percentile(found.seconds, 0.95):.1f} s, all within {max(found.seconds):.1f} s."
    )
    return [
        Result(
            name=f"from readable to alert, {share:.0%}",
            figure=percentile(found.seconds, share),
            unit="s",
            aim=INTERVAL + _ALLOWED,
            better=Better.LOWER,
            judged=Judged.NOT,
        )
        for share in (0.5, 0.95)
    ]


async def _serve(connection_string: str, records: int) -> Latencies:
    tenant = generate(seed=1, apps=40, tenant_id=TENANT_ID, clock=SystemClock())
    tenant.audits.factor = _LATE_FACTOR
    async with serve(tenant, own_identities(tenant)) as server:
        server.report_limit.limit = None
        settings = settings_for(connection_string) | server.environment
        emitting = asyncio.create_task(_emit(tenant, records))
        found = await measured_by(Latencies, __spec__.name, str(records), settings=settings)
        await emitting
    if (found.events, found.alerts) != (records, alerts_in(records)):
        raise RuntimeError(f"{found.events} events and {found.alerts} alerts were found for {records} records")
    return found


async def _emit(tenant: Tenant, records: int) -> None:
    """Batch by batch, each at its time whatever the machine is busy with."""
    clock = asyncio.get_running_loop().time
    started = clock()
    for number, lines in enumerate(batched(audit_lines(records), _BATCH, strict=False)):
        await asyncio.sleep(max(started + number * _BATCH / _A_SECOND - clock(), 0))
        for line in lines:
            now = datetime.now(UTC)
            tenant.audits.emit(json.loads(line) | {"activityDateTime": f"{now:%Y-%m-%dT%H:%M:%S.%f}Z"}, now)


class Worker:
    """Collects every ``INTERVAL`` and judges what is in the queue, both at once, as two functions do."""

    def __init__(self, app: Application, graph: GraphConnection, records: int) -> None:
        self._app = app
        self._services: Services = replace(app.services, logs={Stream.DIRECTORY_AUDITS: GraphAudits(graph)})
        self._records = records
        self._judged = 0
        self.seconds: list[float] = []

    async def work(self) -> None:
        """Raises TimeoutError when it goes on for too long."""
        async with asyncio.timeout(self._records / _A_SECOND + _PATIENCE), asyncio.TaskGroup() as tasks:
            tasks.create_task(self._collect())
            tasks.create_task(self._judge())

    async def alerts(self) -> int:
        tomorrow = datetime.now(UTC) + timedelta(days=1)
        return len([each async for each in self._services.intents.older_than(tomorrow)])

    async def _collect(self) -> None:
        clock = asyncio.get_running_loop().time
        while self._judged < self._records:
            due = clock() + INTERVAL
            await collect_logs(self._services, Family.REPORTS, datetime.now(UTC))
            await asyncio.sleep(max(due - clock(), 0))

    async def _judge(self) -> None:
        queue = await self._app.connection.queue("evaluate")
        while self._judged < self._records:
            found = [message async for message in queue.receive_messages(max_messages=16, visibility_timeout=300)]
            for message in found:
                waits = decode_message(base64.b64decode(message.content), ChunkWaits)
                await evaluate(self._services, waits.source, waits.sequence, datetime.now(UTC))
                await self._note(waits, datetime.now(UTC))
                await queue.delete_message(message)
            if not found:
                await asyncio.sleep(_SOON)

    async def _note(self, waits: ChunkWaits, now: datetime) -> None:
        """A chunk is evaluated when all its alerts are in the table."""
        chunk = await self._services.ledger.chunk(waits.source, waits.sequence)
        events = await self._services.archive.read_events(chunk.events_path) if chunk else []
        self._judged += len(events)
        self.seconds += [
            (now - event.time).total_seconds()
            for event in events
            if event.activity is Activity.CREDENTIAL_ADDED and event.time is not None
        ]


async def _work(records: int) -> Latencies:
    app, endpoint = application(), settings_of_this_process().graph.endpoint
    graph = GraphConnection(
        endpoint, READER_CLIENT_ID, audience="https://graph.microsoft.com", limits=Limits(report_pause_seconds=0)
    )
    worker = Worker(app, graph, records)
    app.services.rules()
    try:
        await worker.work()
        [coverage] = await app.services.ledger.coverage(datetime.now(UTC), 1)
        return Latencies(worker.seconds, coverage.events, await worker.alerts())
    finally:
        await graph.close()
        await app.close()


if __name__ == "__main__":
    print(msgspec.json.encode(asyncio.run(_work(int(sys.argv[1])))).decode())
