"""Parked events: in once, out once, and counted exactly."""

import asyncio
from datetime import timedelta

import pytest
from msgspec.structs import replace

from shared.domain.ledger import ParkedCounts
from shared.domain.parked import ParkedEvent
from shared.pipeline.collection.ports import ParkedEvents
from shared.storage.connection import StorageConnection
from shared.storage.parked import TableParkedEvents
from tests.domain.findings import event
from tests.storage.conftest import Connect
from tests.storage.records import START

MINUTE = timedelta(minutes=1)


def parked(event_id: str, minutes: int = 0, source: str = "graph") -> ParkedEvent:
    collected = START + MINUTE * minutes
    return ParkedEvent(source=source, sequence=1, collected=collected, since=collected, event=event(event_id))


@pytest.fixture
def store(connection: StorageConnection) -> ParkedEvents:
    return TableParkedEvents(connection)


async def test_who_waits_already_keeps_waiting_since_then(store: ParkedEvents) -> None:
    await store.park([parked("e1"), parked("e1")])
    await store.park([replace(parked("e1"), since=START + MINUTE), parked("e2")])
    assert {(one.event.id, one.since) for one in await store.first(10)} == {("e1", START), ("e2", START)}


async def test_the_longest_waiting_of_a_source_come_first(store: ParkedEvents) -> None:
    await store.park([parked(f"e{minute}", minute) for minute in (5, 1, 3)])
    assert [one.event.id for one in await store.first(2)] == ["e1", "e3"]


async def test_events_of_one_record_wait_apart(store: ParkedEvents) -> None:
    first = parked("e1")
    await store.park([first, replace(first, event=replace(first.event, consent_type="AllPrincipals"))])
    assert (await store.counts())["graph"].waiting == 2


async def test_an_event_of_any_size_comes_back_whole(store: ParkedEvents) -> None:
    large = replace(parked("e1"), event=replace(event("e1"), operation="ä" * 200_000))
    await store.park([large])
    assert await store.first(5) == [large]


async def test_what_is_settled_is_gone_and_counted(store: ParkedEvents) -> None:
    waiting = [parked(f"e{number}", number) for number in range(3)]
    await store.park([*waiting, parked("other", source="b/c")])
    await store.settle(waiting[:2], unresolved=1, not_evaluated=4)
    assert [one.event.id for one in await store.first(10)] == ["other", "e2"]
    assert await store.counts() == {
        "graph": ParkedCounts(waiting=1, judged_unresolved=1, not_evaluated=4),
        "b/c": ParkedCounts(waiting=1),
    }


async def test_of_hosts_that_settle_the_same_events_one_counts(connect: Connect, connection_string: str) -> None:
    hosts = [TableParkedEvents(connect(connection_string)) for _ in range(4)]
    waiting = [parked(f"e{number}") for number in range(90)]
    await hosts[0].park(waiting)
    await asyncio.gather(*(host.settle(waiting, unresolved=90, not_evaluated=1) for host in hosts))
    assert await hosts[0].counts() == {"graph": ParkedCounts(judged_unresolved=90, not_evaluated=1)}


async def test_hosts_that_settle_different_events_all_count(connect: Connect, connection_string: str) -> None:
    hosts = [TableParkedEvents(connect(connection_string)) for _ in range(4)]
    waiting = [parked(f"e{number}") for number in range(4)]
    await hosts[0].park(waiting)
    await asyncio.gather(
        *(host.settle([one], unresolved=1, not_evaluated=0) for host, one in zip(hosts, waiting, strict=True))
    )
    assert await hosts[0].counts() == {"graph": ParkedCounts(judged_unresolved=4)}
