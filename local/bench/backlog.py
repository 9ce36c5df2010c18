"""What the collector adds to the time that Microsoft Graph's own limit makes a backlog of audits take.

Run as a program it is the collector, which prints how it went; ``measure_backlog`` serves it the tenant.
"""

import asyncio
import json
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import perf_counter, process_time

import msgspec

from local.azurite import Azurite
from local.bench.audit_records import audit_lines
from local.bench.child import measured_by, settings_for
from local.bench.peak_memory import peak_megabytes
from local.bench.results import Better, Result, percentile
from local.host.identity.personas import TENANT_ID
from local.tenant.directory.clock import SystemClock
from local.tenant.directory.generate import generate
from local.tenant.directory.tenant import Tenant
from local.tenant.identities import own_identities
from local.tenant.server import serve
from shared.bootstrap import application
from shared.domain.streams import Family, LogPage, Stream
from shared.graph.limits import Limits
from shared.pipeline.collection.collect_logs import collect_logs
from shared.pipeline.collection.ports import LogReader

_PACE = Limits().report_pause_seconds
"""Five requests in ten seconds."""
_MILLION = 1_000_000
_RECORDS_PER_PAGE = 1000
_MOST_RUNS = 20


class Backlog(msgspec.Struct, frozen=True, rename="camel"):
    """``seconds`` are those of the run, of which Graph took ``answering``; ``ready`` are those from each answer until
    the collector was ready for the next request. ``worked`` is processor time."""

    records: int
    seconds: float
    answering: float
    ready: list[float]
    worked: float
    megabytes: float

    @property
    def pages(self) -> int:
        return len(self.ready) + 1

    @property
    def at_the_limit(self) -> float:
        """Between the first request and the last."""
        return len(self.ready) * _PACE

    @property
    def added_to_a_million(self) -> float:
        """Where a page takes longer to take in than the limit makes the next request wait. The first page opens all
        connections, once."""
        first, *others = [max(each - _PACE, 0) for each in self.ready]
        return first + sum(others) / max(len(others), 1) * (_MILLION / _RECORDS_PER_PAGE)


class TimedReader:
    """A reader, and when it was asked and had answered."""

    def __init__(self, reader: LogReader) -> None:
        self._reader = reader
        self._answered: float | None = None
        self.answering = 0.0
        self.ready: list[float] = []

    async def page(self, start: datetime, end: datetime, link: str | None) -> LogPage:
        sent = asked = perf_counter()
        if self._answered is not None:
            self.ready.append(asked - self._answered)
            sent = max(asked, self._answered + _PACE)
        page = await self._reader.page(start, end, link)
        self._answered = perf_counter()
        self.answering += self._answered - sent
        return page


def measure_backlog(records: int) -> list[Result]:
    """One minute and a half for 30,000 audits. Raises RuntimeError where not all are collected."""
    with Azurite.start() as azurite:
        found = asyncio.run(_serve(azurite.connection_string, records))
    print(
        f"backlog: {found.pages} pages of {found.records:,} audits in {found.seconds:.1f} s, of which "
        f"{found.at_the_limit:.0f} s are the limit of Graph and {found.answering:.1f} s its answers; from an answer to "
        f"being ready for the next request {percentile(found.ready, 0.5):.2f} s (at most {max(found.ready):.2f} s)."
    )
    return [
        _least("a backlog of a million audits takes beyond the limit of Graph", found.added_to_a_million, "s", 5),
        _least("from a page of audits to being ready for the next", percentile(found.ready, 0.5), "s", _PACE),
        _least("processor time of taking in a page of audits", found.worked / found.pages, "s", 0.5),
        _least("memory of collecting a backlog", found.megabytes, "MB", 250),
    ]


def _least(name: str, figure: float, unit: str, aim: float) -> Result:
    return Result(name=name, figure=figure, unit=unit, aim=aim, better=Better.LOWER)


async def _serve(connection_string: str, records: int) -> Backlog:
    tenant = generate(seed=1, apps=40, tenant_id=TENANT_ID, clock=SystemClock())
    _fill(tenant, records)
    async with serve(tenant, own_identities(tenant)) as server:
        settings = {**settings_for(connection_string, server), "SOURCES": "servicePrincipalSignIns"}
        found = await measured_by(Backlog, __spec__.name, str(records), settings=settings)
    if server.requests.early or found.records < records:
        raise RuntimeError(f"{found.records} of {records} audits were collected")
    return found


def _fill(tenant: Tenant, records: int) -> None:
    """All of them readable by now."""
    last = datetime.now(UTC) - timedelta(minutes=15)
    for line in audit_lines(records, last):
        record = json.loads(line)
        tenant.audits.emit(record, datetime.fromisoformat(record["activityDateTime"]))


async def _collect(records: int) -> Backlog:
    app = application()
    app.services.rules()
    timed = TimedReader(app.services.logs[Stream.DIRECTORY_AUDITS])
    services = replace(app.services, logs={Stream.DIRECTORY_AUDITS: timed})
    collected = 0
    started, worked = perf_counter(), process_time()
    try:
        for _ in range(_MOST_RUNS):
            await collect_logs(services, Family.REPORTS, datetime.now(UTC))
            [coverage] = await services.ledger.coverage(datetime.now(UTC), 1)
            collected = coverage.events
            if collected >= records:
                break
    finally:
        await app.close()
    seconds, worked = perf_counter() - started, process_time() - worked
    return Backlog(collected, seconds, timed.answering, timed.ready, worked, peak_megabytes())


if __name__ == "__main__":
    print(msgspec.json.encode(asyncio.run(_collect(int(sys.argv[1])))).decode())
