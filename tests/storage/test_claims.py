"""Claims: of all who want a name one has it, until it gives it back or its time is over."""

import asyncio
from datetime import timedelta

import pytest

from shared.pipeline.claims import RunClaims, claimed
from shared.storage.claims import TableRunClaims
from shared.storage.connection import StorageConnection
from tests.storage.conftest import Connect
from tests.storage.records import START

LENGTH = timedelta(minutes=5)


@pytest.fixture
def claims(connection: StorageConnection) -> RunClaims:
    return TableRunClaims(connection)


async def test_of_many_at_once_one_has_the_name(connect: Connect, connection_string: str) -> None:
    hosts = [TableRunClaims(connect(connection_string)) for _ in range(6)]
    held = await asyncio.gather(
        *(host.claim("audits", str(number), START + LENGTH, START) for number, host in enumerate(hosts))
    )
    assert sum(held) == 1


async def run_that_fails(claims: RunClaims) -> None:
    async with claimed(claims, "audits", START, LENGTH) as free:
        assert free
        raise RuntimeError


async def test_a_name_is_free_when_its_run_ended_or_failed(claims: RunClaims) -> None:
    async with claimed(claims, "audits", START, LENGTH) as first, claimed(claims, "audits", START, LENGTH) as second:
        assert (first, second) == (True, False)
    with pytest.raises(RuntimeError):
        await run_that_fails(claims)
    async with claimed(claims, "audits", START, LENGTH) as fourth:
        assert fourth


async def test_names_do_not_stand_in_each_others_way(claims: RunClaims) -> None:
    async with claimed(claims, "audits", START, LENGTH) as first, claimed(claims, "in/ventory", START, LENGTH) as other:
        assert (first, other) == (True, True)


async def test_the_name_of_a_dead_run_is_free_once_its_time_is_over(claims: RunClaims) -> None:
    assert await claims.claim("audits", "dead", START + LENGTH, START)
    almost = START + LENGTH - timedelta(seconds=1)
    assert not await claims.claim("audits", "next", almost + LENGTH, almost)
    assert await claims.claim("audits", "next", START + 2 * LENGTH, START + LENGTH)


async def test_a_run_that_was_taken_over_gives_nothing_back(claims: RunClaims) -> None:
    assert await claims.claim("audits", "slow", START + LENGTH, START)
    later = START + LENGTH
    assert await claims.claim("audits", "next", later + LENGTH, later)
    await claims.release("audits", "slow")
    assert not await claims.claim("audits", "third", later + LENGTH, later)


async def test_a_run_may_hold_its_name_for_longer(claims: RunClaims) -> None:
    assert await claims.claim("audits", "run", START + LENGTH, START)
    assert await claims.claim("audits", "run", START + 2 * LENGTH, START)
    assert not await claims.claim("audits", "next", START + 2 * LENGTH, START + LENGTH)


async def test_a_claim_of_a_clock_that_was_a_day_ahead_holds_nobody_up(claims: RunClaims) -> None:
    ahead = START + timedelta(days=1)
    assert await claims.claim("audits", "ahead", ahead + LENGTH, ahead)
    assert await claims.claim("audits", "next", START + LENGTH, START)


async def test_a_claim_of_more_than_an_hour_is_refused(claims: RunClaims) -> None:
    with pytest.raises(ValueError, match="no longer"):
        await claims.claim("audits", "run", START + timedelta(hours=2), START)
