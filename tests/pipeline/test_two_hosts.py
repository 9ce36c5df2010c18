"""Two hosts on the same queues, deliveries shuffled, delayed and repeated: the same tables as one host in order."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from random import Random

import pytest

from shared.pipeline.collection.ingest import ingest
from tests.conftest import RecordFigure
from tests.pipeline.conftest import Start
from tests.pipeline.routes import Receiver, with_route
from tests.pipeline.snapshots import snapshot
from tests.pipeline.worker import NOW, work
from tests.recording import SOURCE, recorded


async def expected_of_one_host(start: Start, prefix: str) -> dict[str, object]:
    one = start(prefix)
    services = with_route(one.services, Receiver())
    for lines in recorded():
        await ingest(services, SOURCE, lines, NOW)
        await work(one, services)
    return await snapshot(one)


async def two_hosts_disagree(start: Start, prefix: str, seed: int, expected: dict[str, object]) -> str:
    """Empty if they end with the expected tables and every delivery was made once."""
    first, second = start(prefix), start(prefix)
    receiver = Receiver()
    hosts = [(host, with_route(host.services, receiver)) for host in (first, second)]
    for lines in recorded():
        await ingest(hosts[0][1], SOURCE, lines, NOW)
    tick = timedelta(milliseconds=100)
    await asyncio.gather(*(work(host, on, Random(f"{seed}-{n}"), tick) for n, (host, on) in enumerate(hosts)))
    await work(first, hosts[0][1])
    if await snapshot(first) != expected:
        return f"seed {seed}: other tables"
    return "" if len(receiver.received) == len(set(receiver.received)) else f"seed {seed}: told twice"


async def never_disagree(start: Start, unique: Callable[[str], str], seeds: int, record_figure: RecordFigure) -> None:
    expected = await expected_of_one_host(start, unique("one"))
    outcomes = [await two_hosts_disagree(start, unique("two"), seed, expected) for seed in range(seeds)]
    disagreements = [outcome for outcome in outcomes if outcome]
    assert disagreements == []
    record_figure("R3", "orders tried", seeds)
    record_figure("R3", "orders with another outcome", len(disagreements))


async def test_two_hosts_and_one_end_with_the_same_tables(
    start: Start, unique: Callable[[str], str], record_figure: RecordFigure
) -> None:
    await never_disagree(start, unique, 2, record_figure)


@pytest.mark.soak
async def test_two_hosts_never_disagree_over_a_hundred_seeds(
    start: Start, unique: Callable[[str], str], record_figure: RecordFigure
) -> None:
    await never_disagree(start, unique, 100, record_figure)
