"""The state of windows and sequences: commutative, bounded, and gone when its time is over."""

import asyncio
from datetime import timedelta

import pytest
from msgspec.structs import replace

from shared.domain.findings import Evidence
from shared.domain.matches import Match
from shared.pipeline.ports import StateStore
from shared.storage.connection import StorageConnection
from shared.storage.state import TableStateStore
from tests.domain.findings import event
from tests.storage.conftest import Connect
from tests.storage.records import START, match

EXPIRES = START + timedelta(days=2)
HOUR = timedelta(hours=1)


@pytest.fixture
def state(connection: StorageConnection) -> StateStore:
    return TableStateStore(connection)


async def held(state: StateStore, of: Match, limit: int = 1000) -> list[str]:
    found = await state.between(of, START - 100 * HOUR, START + 100 * HOUR, limit)
    return [each.event_id for each in found]


async def test_matches_of_one_group_come_back_oldest_first(state: StateStore) -> None:
    matches = [match("e3", 30), match("e1", 1), match("e2", 15), match("other", 5, group="app-2")]
    await state.insert(matches, EXPIRES)
    found = await state.between(match("any"), START, START + HOUR, 10)
    assert found == [match("e1", 1), match("e2", 15), match("e3", 30)]


async def test_both_ends_of_the_time_are_included(state: StateStore) -> None:
    await state.insert([match("e0", 0), match("e1", 1), match("e2", 2), match("e3", 3)], EXPIRES)
    found = await state.between(match("any"), START + timedelta(minutes=1), START + timedelta(minutes=2), 10)
    assert [each.event_id for each in found] == ["e1", "e2"]


async def test_one_more_than_the_limit_tells_that_there_are_too_many(state: StateStore) -> None:
    await state.insert([match(f"e{number:02}", number) for number in range(10)], EXPIRES)
    assert await held(state, match("any"), limit=3) == ["e00", "e01", "e02", "e03"]
    assert len(await held(state, match("any"), limit=10)) == 10


async def test_inserting_twice_changes_nothing(state: StateStore) -> None:
    matches = [match("e1"), match("e2"), match("e1")]
    await state.insert(matches, EXPIRES)
    await state.insert(list(reversed(matches)), EXPIRES)
    assert await held(state, match("any")) == ["e1", "e2"]


async def test_another_meaning_or_group_is_never_mixed_in(state: StateStore) -> None:
    await state.insert([match("e1"), match("e2", state_version="s2"), match("e3", group="app-1|x")], EXPIRES)
    assert await held(state, match("any")) == ["e1"]
    assert await held(state, match("any", state_version="s2")) == ["e2"]
    joined = replace(match("any"), policy_id="mass-mail-read@s1", state_version="")
    assert await held(state, joined) == []


async def test_of_two_racing_hosts_at_least_one_sees_both(connect: Connect, connection_string: str) -> None:
    async def insert_then_read(event_id: str) -> list[str]:
        host = TableStateStore(connect(connection_string))
        await host.insert([match(event_id)], EXPIRES)
        return await held(host, match("any"))

    seen = await asyncio.gather(insert_then_read("e1"), insert_then_read("e2"))
    assert ["e1", "e2"] in seen


async def test_more_matches_than_a_batch_holds_are_all_kept(state: StateStore) -> None:
    await state.insert([match(f"e{number:04}", number / 60) for number in range(250)], EXPIRES)
    assert len(await held(state, match("any"))) == 250


@pytest.mark.parametrize("kibibytes", [9, 11, 64, 900, 5 * 1024])
async def test_evidence_of_any_size_comes_back_identical(state: StateStore, kibibytes: int) -> None:
    large = replace(event("e1"), operation="漢😀x\x00" * (kibibytes * 1024 // 9))
    stored = replace(match("e1"), evidence=Evidence(event=large))
    await state.insert([stored], EXPIRES)
    assert await state.between(match("any"), START, START, 1) == [stored]


async def test_what_expired_in_an_hour_that_is_over_is_purged(state: StateStore) -> None:
    await state.insert([match(f"old {number}", number / 60) for number in range(120)], START + HOUR)
    await state.insert([match("old too", group="app-2")], START + HOUR)
    await state.insert([match("new", 5)], START + 3 * HOUR)
    assert await state.purge(START + HOUR) == 0
    assert await state.purge(START + 2 * HOUR + timedelta(minutes=1)) == 121
    assert await held(state, match("any")) == ["new"]
    assert await state.purge(START + 2 * HOUR + timedelta(minutes=1)) == 0
    assert await state.purge(START + 5 * HOUR) == 1


async def test_a_purge_that_reached_its_limit_goes_on_at_the_next_call(connection: StorageConnection) -> None:
    state = TableStateStore(connection, most_purged=4)
    await state.insert([match(f"e{number}", number) for number in range(7)], START + HOUR)
    await state.insert([match(f"e{number}", number, group="app-2") for number in range(2)], START + HOUR)
    assert [await state.purge(START + 3 * HOUR) for _ in range(4)] == [4, 4, 1, 0]
    assert await held(state, match("any")) == await held(state, match("any", group="app-2")) == []


async def test_a_match_that_was_inserted_again_lives_as_long_as_it_said_last(state: StateStore) -> None:
    await state.insert([match("e1")], START + HOUR)
    await state.insert([match("e1")], START + 9 * HOUR)
    assert await state.purge(START + 5 * HOUR) == 0
    assert await held(state, match("any")) == ["e1"]
    assert await state.purge(START + 11 * HOUR) == 1
