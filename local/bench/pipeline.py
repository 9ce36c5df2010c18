"""How many records one worker collects and judges a second, on the emulator, and how much archive they leave."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import batched
from time import perf_counter

from msgspec import Struct

from local.azurite import Azurite
from local.bench.audit_records import alerts_in, audit_lines
from local.bench.results import Better, Result
from local.host.identity.personas import API_CLIENT_ID, TENANT_ID
from shared.bootstrap import Application, build
from shared.pipeline.collection.ingest import ingest
from shared.pipeline.detection.evaluate import evaluate
from shared.pipeline.services import Services
from shared.settings import read_settings

_SOURCE = "bench"
_RECORDS_PER_CHUNK = 1000
"""As many as a page of Microsoft Graph holds."""


class Spent(Struct):
    """Seconds by stage."""

    collecting: float = 0
    judging: float = 0


def measure_pipeline(records: int) -> list[Result]:
    """Half a minute for 20,000 records. Raises RuntimeError where the alerts are not those the records deserve."""
    with Azurite.start() as azurite:
        return asyncio.run(_measure(azurite.connection_string, records))


async def _measure(connection_string: str, records: int) -> list[Result]:
    names = {"DataStorage": connection_string, "TENANT_ID": TENANT_ID, "API_CLIENT_ID": API_CLIENT_ID}
    application = build(read_settings(names))
    try:
        # Compiling the policies and the first connection are costs of a start, not of a record.
        application.services.rules()
        await application.services.ledger.cursor(_SOURCE)
        spent = await _work(application.services, records)
        await _check(application.services, records)
        archived = await _archived_bytes(application)
    finally:
        await application.close()
    print(
        f"pipeline: {records:,} records in chunks of {_RECORDS_PER_CHUNK:,}, collected in {spent.collecting:.1f} s, "
        f"judged in {spent.judging:.1f} s, {alerts_in(records)} alerts; {archived:,} bytes of archive."
    )
    return [
        Result(
            name="records collected and judged by one worker",
            figure=records / (spent.collecting + spent.judging),
            unit="per second",
            aim=500,
        ),
        Result(
            name="archive of a million records",
            figure=archived / records,
            unit="MB",
            aim=300,
            better=Better.LOWER,
        ),
    ]


async def _work(services: Services, records: int) -> Spent:
    """What the collector and the queue function do, one after the other."""
    spent = Spent()
    for lines in batched(audit_lines(records), _RECORDS_PER_CHUNK, strict=False):
        started = perf_counter()
        chunk, rejections = await ingest(services, _SOURCE, lines, datetime.now(UTC))
        if rejections:
            raise RuntimeError(f"a record was rejected: {rejections[0]}")
        collected = perf_counter()
        await evaluate(services, _SOURCE, chunk.sequence, datetime.now(UTC))
        spent.collecting += collected - started
        spent.judging += perf_counter() - collected
    return spent


async def _check(services: Services, records: int) -> None:
    """Speed counts only where the work was done: every chunk judged, every alert raised, none too many."""
    now = datetime.now(UTC)
    [coverage] = await services.ledger.coverage(now, 1)
    # An alert has an intent from before it is written until it is settled, and nothing settles here.
    alerts = [alert async for alert in services.intents.older_than(now + timedelta(days=1))]
    found = (coverage.waiting, coverage.duplicates, coverage.events, len(alerts))
    if found != (0, 0, records, alerts_in(records)):
        raise RuntimeError(f"waiting, duplicates, events and alerts are {found} for {records} records")


async def _archived_bytes(application: Application) -> int:
    container = await application.connection.container("archive")
    return sum([blob.size async for blob in container.list_blobs()])
