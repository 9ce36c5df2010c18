"""The spine, end to end on real storage: records in, alerts out, once each."""

from local.demo.feed import SOURCE, recorded
from shared.bootstrap import Application
from shared.domain.alert_queries import AlertQuery
from shared.domain.ledger import ChunkState
from shared.pipeline.ingest import ingest
from tests.pipeline.worker import NOW, work


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


async def test_a_malformed_record_is_named_and_the_others_are_judged(application: Application) -> None:
    lines = [b"{broken", *recorded()[0], b'{"no": "form"}']
    chunk, rejections = await ingest(application.services, SOURCE, lines, NOW)
    assert [rejection.place for rejection in rejections] == ["line 1", f"line {len(lines)}"]
    assert (chunk.rejected, chunk.rows) == (2, len(lines))
    assert chunk.events > 0
