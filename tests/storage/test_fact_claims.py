"""Of streams that can tell the same, exactly one has each fact, whoever is faster and whatever is lost."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from shared.storage.connection import StorageConnection
from shared.storage.fact_claims import TableFactClaims
from tests.storage.records import START

FACTS = {"consent": START, "secret": START + timedelta(minutes=59), "undated": None}


@pytest.fixture
def claims(connection: StorageConnection) -> TableFactClaims:
    return TableFactClaims(connection)


async def test_what_one_stream_told_is_told_for_the_others_and_stays_its_own(claims: TableFactClaims) -> None:
    for _ in range(2):
        assert await claims.claim("graph", FACTS) == set()
    assert await claims.claim("office", {**FACTS, "owner": START}) == set(FACTS)
    assert await claims.claim("graph", {"owner": START, "consent": START}) == {"owner"}


@pytest.mark.parametrize("skew", [timedelta(minutes=-50), timedelta(minutes=50)])
async def test_the_same_fact_is_known_by_a_time_of_the_hour_beside(claims: TableFactClaims, skew: timedelta) -> None:
    await claims.claim("graph", {"consent": START})
    assert await claims.claim("office", {"consent": START + skew}) == {"consent"}
    assert await claims.claim("office", {"consent": START + 3 * timedelta(hours=1)}) == set()


async def test_of_streams_that_claim_at_once_each_fact_has_one(connection: StorageConnection) -> None:
    facts = {f"fact {number}": START + timedelta(minutes=7 * number) for number in range(12)}
    streams = ("graph", "office", "hunting")
    told = await asyncio.gather(*(TableFactClaims(connection).claim(stream, facts) for stream in streams))
    own = [facts.keys() - each for each in told]
    assert sorted(fact for each in own for fact in each) == sorted(facts)
    for stream, each in zip(streams, told, strict=True):
        assert await TableFactClaims(connection).claim(stream, facts) == each


async def test_facts_of_a_quarter_of_a_year_are_one_claim(claims: TableFactClaims) -> None:
    facts = {f"fact {day}": START + timedelta(days=day, hours=day % 24) for day in range(90)}
    facts |= {f"other {day}": START + timedelta(days=day, hours=(day + 5) % 24) for day in range(90)}
    assert await claims.claim("graph", facts) == set()
    assert await claims.claim("office", facts) == set(facts)


async def test_a_claim_of_nothing_asks_nothing(claims: TableFactClaims) -> None:
    assert await claims.claim("graph", {}) == set()


async def test_a_stream_whose_name_ends_like_another_is_another(claims: TableFactClaims) -> None:
    await claims.claim("graph", {"consent": START})
    assert await claims.claim("other|graph", {"consent": START}) == {"consent"}


async def test_facts_that_nothing_reads_again_are_forgotten_and_younger_ones_kept(claims: TableFactClaims) -> None:
    await claims.claim("graph", {"old": START - timedelta(days=2), "young": START})
    assert await claims.purge(START - timedelta(days=1)) == 1
    assert await claims.claim("office", {"old": START - timedelta(days=2), "young": START}) == {"young"}


async def test_times_at_the_ends_of_the_calendar_are_claimed_as_any(claims: TableFactClaims) -> None:
    facts = {"none": datetime.min.replace(tzinfo=UTC), "never": datetime.max.replace(tzinfo=UTC)}
    assert await claims.claim("graph", facts) == set()
    assert await claims.claim("office", facts) == set(facts)
