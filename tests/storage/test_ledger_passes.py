"""Passes and the states of sources, beside the chunks of the ledger."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from shared.domain.errors import Conflict
from shared.domain.ledger import SourceHealth, SourceState
from shared.domain.passes import Gap, Pass, PassKind, PassState
from shared.pipeline.ports import Ledger
from shared.storage.connection import StorageConnection
from shared.storage.ledger import TableLedger
from tests.storage.records import START, chunk

HOUR = timedelta(hours=1)


@pytest.fixture
def ledger(connection: StorageConnection) -> Ledger:
    return TableLedger(connection)


def numbered(number: int) -> Pass:
    return Pass(number=number, kind=PassKind.RECENT, start=START, end=START + HOUR, started=START)


async def test_a_move_keeps_the_totals_and_adds_the_pass(ledger: Ledger) -> None:
    await ledger.commit(chunk(), {"e1": START}, await ledger.cursor("graph"), "p1", (numbered(1),))
    await ledger.move("graph", await ledger.cursor("graph"), "p2", (numbered(2),))
    cursor = await ledger.cursor("graph")
    assert (cursor.position, cursor.next_sequence) == ("p2", 2)
    assert (await ledger.coverage(START, 1))[0].chunks == 1
    assert await ledger.passes("graph", 5) == [numbered(2), numbered(1)]


async def test_a_pass_is_one_row_from_its_plan_to_its_end(ledger: Ledger) -> None:
    await ledger.move("graph", await ledger.cursor("graph"), "p1", (numbered(1),))
    ended = replace(numbered(1), state=PassState.COLLECTED, pages=3, ended=START + HOUR)
    await ledger.move("graph", await ledger.cursor("graph"), "p2", (ended,))
    assert await ledger.passes("graph", 5) == [ended]


async def test_of_two_moves_from_one_cursor_the_second_changes_nothing(ledger: Ledger) -> None:
    for _ in range(2):
        cursor = await ledger.cursor("graph")
        await ledger.move("graph", cursor, "mine", ())
        with pytest.raises(Conflict):
            await ledger.move("graph", cursor, "theirs", (numbered(9),))
    assert (await ledger.cursor("graph")).position == "mine"
    assert await ledger.passes("graph", 5) == []


async def test_the_newest_passes_come_first_past_every_number_of_digits(ledger: Ledger) -> None:
    for number in (9, 10, 99, 100, 101):
        await ledger.move("graph", await ledger.cursor("graph"), "", (numbered(number),))
    assert [one.number for one in await ledger.passes("graph", 3)] == [101, 100, 99]


async def test_a_source_has_a_state_before_anything_was_collected_and_keeps_it(ledger: Ledger) -> None:
    missing = SourceState(
        source="a/b",
        health=SourceHealth.PERMISSION_MISSING,
        reason="auditLogs needs AuditLog.Read.All",
        running=(numbered(1),),
        gaps=(Gap(start=START, end=START + HOUR),),
    )
    await ledger.record_state(missing)
    assert await ledger.source_states() == (missing,)
    await ledger.commit(chunk(source="a/b"), {"e1": START}, await ledger.cursor("a/b"), "p")
    await ledger.commit(chunk(source="fed by hand"), {"e1": START}, await ledger.cursor("fed by hand"), "p")
    assert await ledger.source_states() == (missing,)
    found = {one.source: one.state for one in await ledger.coverage(START, 1)}
    assert found == {"a/b": missing, "fed by hand": None}
