"""The ledger: a chunk, its ids and the cursor become real together, once, and totals stay exact."""

import asyncio
from datetime import datetime, timedelta, timezone

import pytest
from msgspec.structs import replace

from shared.domain.errors import Conflict
from shared.domain.ledger import Chunk, ChunkState, Cursor
from shared.pipeline.ports import Ledger
from shared.storage.connection import StorageConnection
from shared.storage.errors import RowTooLarge
from shared.storage.ledger import TableLedger
from tests.storage.conftest import Connect
from tests.storage.records import START, chunk

NOW = START + timedelta(hours=1)


@pytest.fixture
def ledger(connection: StorageConnection) -> Ledger:
    return TableLedger(connection)


async def collect(
    ledger: Ledger, new: Chunk, ids: dict[str, datetime | None] | None = None, position: str = "p"
) -> Cursor:
    cursor = await ledger.cursor(new.source)
    await ledger.commit(new, {} if ids is None else ids, cursor, position)
    return cursor


def evaluated(collected: Chunk, not_evaluated: int = 0) -> Chunk:
    return replace(collected, state=ChunkState.EVALUATED, evaluated=NOW, not_evaluated=not_evaluated)


async def waiting(ledger: Ledger) -> list[Chunk]:
    return [each async for each in ledger.waiting()]


async def test_a_source_begins_at_its_first_sequence(ledger: Ledger) -> None:
    assert await ledger.cursor("graph") == Cursor(next_sequence=1, position="", version=None)
    assert await ledger.chunk("graph", 1) is None


async def test_a_commit_moves_the_cursor_and_keeps_the_chunk(ledger: Ledger) -> None:
    await collect(ledger, chunk(), {"e1": START}, position="token 1")
    cursor = await ledger.cursor("graph")
    assert (cursor.next_sequence, cursor.position) == (2, "token 1")
    assert await ledger.chunk("graph", 1) == chunk()
    assert await waiting(ledger) == [chunk()]


async def test_of_two_commits_on_one_cursor_the_second_changes_nothing(ledger: Ledger) -> None:
    cursor = await collect(ledger, chunk(), {"e1": START})
    other = replace(chunk(), collected=NOW, raw_path="raw/other")
    with pytest.raises(Conflict):
        await ledger.commit(other, {"e2": START}, cursor, "other")
    assert await ledger.chunk("graph", 1) == chunk()
    assert await ledger.seen("graph", {"e1": START, "e2": START}) == {"e1"}
    assert (await ledger.coverage(NOW, 1))[0].chunks == 1


async def test_of_racing_commits_one_wins(connect: Connect, connection_string: str) -> None:
    hosts = [TableLedger(connect(connection_string)) for _ in range(4)]
    cursor = await hosts[0].cursor("graph")
    results = await asyncio.gather(
        *(
            host.commit(replace(chunk(), raw_path=f"raw/{number}"), {str(number): START}, cursor, str(number))
            for number, host in enumerate(hosts)
        ),
        return_exceptions=True,
    )
    assert sorted(type(result).__name__ for result in results) == ["Conflict", "Conflict", "Conflict", "NoneType"]
    winner = str(results.index(None))
    assert await hosts[0].seen("graph", {str(number): START for number in range(4)}) == {winner}
    assert (await hosts[0].cursor("graph")).position == winner


async def test_a_commit_whose_answer_was_lost_may_be_repeated(ledger: Ledger) -> None:
    cursor = await collect(ledger, chunk(), {"e1": START})
    before = await ledger.coverage(NOW, 2)
    await ledger.commit(chunk(), {"e1": START}, cursor, "p")
    assert await ledger.coverage(NOW, 2) == before


async def test_ids_are_seen_in_their_hour_their_source_and_without_a_time(ledger: Ledger) -> None:
    late = START + timedelta(hours=30)
    await collect(ledger, chunk(), {"e1": START, "e2": late, "undated": None})
    await collect(ledger, chunk(source="other"), {"e3": START})
    asked = {"e1": START, "e2": late, "undated": None, "e3": START, "e4": late}
    assert await ledger.seen("graph", asked) == {"e1", "e2", "undated"}
    assert await ledger.seen("other", asked) == {"e3"}
    assert await ledger.seen("graph", {}) == set()


async def test_ids_of_the_last_hours_are_found_over_gaps(ledger: Ledger) -> None:
    times: dict[str, datetime | None] = {str(hour): START - timedelta(hours=hour) for hour in (0, 1, 7, 20, 21, 60)}
    await collect(ledger, chunk(), times)
    assert await ledger.seen("graph", times) == set(times)


async def test_a_chunk_of_many_days_keeps_its_ids_by_day(ledger: Ledger) -> None:
    ids: dict[str, datetime | None] = {str(hour): START + timedelta(hours=hour) for hour in range(240)}
    ids["undated"] = None
    await collect(ledger, replace(chunk(events=241), undated=1), ids)
    assert await ledger.seen("graph", ids | {"unknown": START}) == set(ids)
    hours = (await ledger.coverage(START + timedelta(hours=3), 3))[0].hours
    assert [(each.hour, each.events) for each in hours] == [
        ("2026-03-02T10", 1),
        ("2026-03-02T11", 1),
        ("2026-03-02T12", 1),
        ("undated", 1),
    ]


async def test_a_chunk_of_more_days_than_fit_is_refused_whole(ledger: Ledger) -> None:
    with pytest.raises(RowTooLarge, match="100 days"):
        await collect(ledger, chunk(), {str(day): START + timedelta(days=day) for day in range(100)})
    assert (await ledger.cursor("graph")).version is None


async def test_thousands_of_ids_of_one_hour_are_all_seen(ledger: Ledger) -> None:
    ids: dict[str, datetime | None] = {f"event {number}": START for number in range(9000)}
    await collect(ledger, chunk(events=9000), ids)
    assert await ledger.seen("graph", ids) == set(ids)
    assert (await ledger.coverage(START, 1))[0].hours[0].events == 9000


async def test_an_evaluated_chunk_no_longer_waits_and_counts_once(ledger: Ledger) -> None:
    await collect(ledger, chunk(1))
    await collect(ledger, chunk(2))
    for _ in range(3):
        await ledger.mark_evaluated(evaluated(chunk(1), not_evaluated=5))
    assert await waiting(ledger) == [chunk(2)]
    assert await ledger.chunk("graph", 1) == evaluated(chunk(1), not_evaluated=5)
    assert (await ledger.coverage(NOW, 1))[0].not_evaluated == 5


async def test_totals_stay_exact_when_hosts_evaluate_and_collect_at_once(
    connect: Connect, connection_string: str
) -> None:
    hosts = [TableLedger(connect(connection_string)) for _ in range(3)]
    for sequence in range(1, 7):
        await collect(hosts[0], chunk(sequence))
    work = [host.mark_evaluated(evaluated(chunk(number), number)) for number in range(1, 7) for host in hosts]
    await asyncio.gather(*work, collect(hosts[0], chunk(7), {"e7": START}))
    coverage = (await hosts[0].coverage(NOW, 1))[0]
    assert (coverage.not_evaluated, coverage.chunks, coverage.waiting) == (21, 7, 1)


async def test_a_chunk_without_anything_new_never_waits(ledger: Ledger) -> None:
    await collect(ledger, evaluated(chunk()))
    assert await waiting(ledger) == []
    coverage = (await ledger.coverage(NOW, 1))[0]
    assert (coverage.chunks, coverage.waiting) == (1, 0)


async def test_an_attempt_is_kept_with_the_chunk_that_waits(ledger: Ledger) -> None:
    await collect(ledger, chunk())
    failed = replace(chunk(), attempts=2, not_before=NOW, last_error="storage answered 503")
    await ledger.record_attempt(failed)
    assert await ledger.chunk("graph", 1) == failed
    assert await waiting(ledger) == [failed]


async def test_an_attempt_told_late_does_not_undo_an_evaluation(ledger: Ledger) -> None:
    await collect(ledger, chunk())
    await ledger.mark_evaluated(evaluated(chunk()))
    await ledger.record_attempt(replace(chunk(), attempts=1))
    assert await ledger.chunk("graph", 1) == evaluated(chunk())
    assert await waiting(ledger) == []


async def test_chunks_of_every_source_wait_oldest_first(ledger: Ledger) -> None:
    sources = ["graph", "a/b", "sources", "'s"]
    for source in sources:
        for sequence in range(1, 12):
            await collect(ledger, chunk(sequence, source))
    found = await waiting(ledger)
    for source in sources:
        assert [each.sequence for each in found if each.source == source] == list(range(1, 12))


async def test_coverage_tells_totals_and_every_hour_even_an_empty_one(ledger: Ledger) -> None:
    await collect(ledger, chunk(1, events=3), {"e1": START, "e2": START, "e3": START - timedelta(hours=2)})
    await collect(ledger, chunk(2, events=1), {"e4": START - timedelta(hours=50)})
    coverage = (await ledger.coverage(START + timedelta(minutes=30), 3))[0]
    assert [(each.hour, each.events) for each in coverage.hours] == [
        ("2026-03-02T07", 1),
        ("2026-03-02T08", 0),
        ("2026-03-02T09", 2),
    ]
    assert (coverage.chunks, coverage.rows, coverage.events) == (2, 8, 4)
    assert (coverage.duplicates, coverage.rejected, coverage.not_evaluated) == (2, 2, 0)
    assert coverage.last_collected == chunk(2).collected
    assert (coverage.waiting, coverage.oldest_waiting) == (2, chunk(1).collected)


async def test_a_clock_of_another_zone_asks_for_the_same_hours(ledger: Ledger) -> None:
    await collect(ledger, chunk(), {"e1": START})
    elsewhere = START.astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert await ledger.coverage(elsewhere, 2) == await ledger.coverage(START, 2)
    assert await ledger.seen("graph", {"e1": elsewhere}) == {"e1"}
