"""Intents: an unsettled alert stays known until whoever saw its last change has settled it."""

from datetime import timedelta

import pytest

from shared.pipeline.ports import Intents
from shared.storage.connection import StorageConnection
from shared.storage.intents import TableIntents
from tests.storage.records import START

LATER = START + timedelta(minutes=10)


@pytest.fixture
def intents(connection: StorageConnection) -> Intents:
    return TableIntents(connection)


async def older_than_later(intents: Intents) -> list[str]:
    return [alert_id async for alert_id in intents.older_than(LATER)]


async def test_an_open_intent_is_found_once_it_is_old_enough(intents: Intents) -> None:
    await intents.open("a-1", START)
    await intents.open("b-1", LATER)
    assert await older_than_later(intents) == ["a-1"]


async def test_a_closed_intent_is_gone_and_closing_again_is_fine(intents: Intents) -> None:
    await intents.open("a-1", START)
    version = await intents.version("a-1")
    assert version is not None
    await intents.close("a-1", version)
    await intents.close("a-1", version)
    assert await intents.version("a-1") is None
    assert await older_than_later(intents) == []


async def test_an_intent_opened_again_is_not_closed_by_who_saw_the_first(intents: Intents) -> None:
    await intents.open("a-1", START)
    seen = await intents.version("a-1")
    assert seen is not None
    await intents.open("a-1", START)
    await intents.close("a-1", seen)
    assert await older_than_later(intents) == ["a-1"]
