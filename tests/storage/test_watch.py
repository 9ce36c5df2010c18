"""Since when a tenant is watched: each moment is noted once, whoever asks again."""

import asyncio
from datetime import timedelta

import pytest

from shared.storage.connection import StorageConnection
from shared.storage.watch import TableWatch
from tests.storage.records import START

LATER = START + timedelta(hours=1)


@pytest.fixture
def watch(connection: StorageConnection) -> TableWatch:
    return TableWatch(connection)


async def test_nothing_is_watched_before_it_began(watch: TableWatch) -> None:
    assert await watch.state() is None
    with pytest.raises(LookupError):
        await watch.note_first_read_judged(START)


async def test_of_two_beginnings_one_stays(watch: TableWatch) -> None:
    first, second = await asyncio.gather(watch.begin(START), watch.begin(LATER))
    assert first == second == await watch.state()


async def test_what_was_noted_is_not_moved(watch: TableWatch) -> None:
    await watch.begin(START)
    await watch.note_first_read_judged(LATER)
    await watch.note_digest_told(LATER)
    noted = await watch.state()
    await watch.begin(LATER)
    await watch.note_first_read_judged(LATER + timedelta(hours=1))
    await watch.note_digest_told(LATER + timedelta(hours=1))
    assert await watch.state() == noted
