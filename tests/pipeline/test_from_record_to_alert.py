"""The spine, end to end on real storage: records in, alerts out, once each."""

from collections.abc import Callable
from datetime import timedelta
from itertools import batched

import pytest

from shared.bootstrap import Application
from shared.domain.alert_queries import AlertQuery
from shared.domain.ledger import ChunkState
from shared.pipeline.collection.ingest import ingest
from shared.pipeline.detection.evaluate import evaluate
from tests.pipeline.conftest import Start
from tests.pipeline.worker import NOW, work
from tests.recording import SOURCE, recorded


async def titles(application: Application) -> list[str]:
    page = await application.services.alert_list.page(AlertQuery(), 200, None)
    return sorted(listed.alert.title for listed in page.alerts)


async def test_a_recorded_attack_becomes_alerts_and_every_chunk_is_evaluated(application: Application) -> None:
    for lines in recorded():
        await ingest(application.services, SOURCE, lines, NOW)
    await work(application)
    assert any("Payroll Sync" in title for title in await titles(application))
    [coverage] = await application.services.ledger.coverage(NOW, 24)
    assert (coverage.waiting, coverage.rejected) == (0, 0)


async def test_collecting_the_same_records_again_changes_nothing(application: Application) -> None:
    lines = [line for chunk in recorded() for line in chunk]
    first, _ = await ingest(application.services, SOURCE, lines, NOW)
    await work(application)
    before = await titles(application)
    again, _ = await ingest(application.services, SOURCE, lines, NOW)
    await work(application)
    assert await titles(application) == before
    assert (first.duplicates, again.duplicates, again.events) == (0, len(lines), 0)
    assert again.state is ChunkState.EVALUATED


async def test_a_record_that_stands_twice_in_one_batch_counts_once(application: Application) -> None:
    lines = recorded()[0]
    chunk, _ = await ingest(application.services, SOURCE, [*lines, *lines], NOW)
    once = await application.services.archive.read_events(chunk.events_path)
    assert (chunk.events, chunk.duplicates) == (len(once), len(lines))
    assert len({(event.id, event.activity) for event in once}) == len(once)


@pytest.mark.parametrize("year", ["0001", "9999"])
async def test_a_record_at_the_end_of_the_calendar_is_judged_and_keeps_no_other_from_it(
    application: Application, year: str
) -> None:
    lines = [line for chunk in recorded() for line in chunk]
    odd = [line.replace(b"2026-11-2", f"{year}-11-2".encode()).replace(b'"id":"', b'"id":"odd-') for line in lines]
    chunk, _ = await ingest(application.services, SOURCE, [*odd, *lines], NOW)
    assert chunk.first_event is not None
    assert chunk.last_event is not None
    assert int(year) in {chunk.first_event.year, chunk.last_event.year}
    await work(application)
    [coverage] = await application.services.ledger.coverage(NOW, 24)
    assert coverage.waiting == 0
    assert any("Payroll Sync" in title for title in await titles(application))


async def test_a_backlog_that_takes_nights_finds_what_one_chunk_of_it_would_have(
    start: Start, unique: Callable[[str], str]
) -> None:
    long_after = NOW + timedelta(days=400)
    lines = [line for chunk in recorded() for line in chunk]
    at_once, in_nights = start(unique("p")), start(unique("p"))
    await ingest(at_once.services, SOURCE, lines, long_after)
    await evaluate(at_once.services, SOURCE, 1, long_after)
    for sequence, some in enumerate(batched(lines, 4, strict=False), start=1):
        await ingest(in_nights.services, SOURCE, some, long_after)
        await evaluate(in_nights.services, SOURCE, sequence, long_after)
        await in_nights.services.state.purge(long_after)
    await work(at_once)
    await work(in_nights)
    assert await titles(in_nights) == await titles(at_once)


async def test_a_malformed_record_is_named_and_the_others_are_judged(application: Application) -> None:
    lines = [b"{broken", *recorded()[0], b'{"no": "form"}']
    chunk, rejections = await ingest(application.services, SOURCE, lines, NOW)
    assert [rejection.place for rejection in rejections] == ["line 1", f"line {len(lines)}"]
    assert (chunk.rejected, chunk.rows) == (2, len(lines))
    assert chunk.events > 0
