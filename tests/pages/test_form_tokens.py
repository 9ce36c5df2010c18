"""The tokens of forms, and the key behind them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from shared.identity.form_tokens import FormTokens
from shared.storage.connection import ConnectionString, StorageConnection
from shared.storage.form_key import TableFormKey

NOW = datetime(2026, 3, 2, 23, 59, tzinfo=UTC)


@pytest.fixture
async def tokens(connection_string: str) -> AsyncIterator[Callable[[str], FormTokens]]:
    """Those of one more instance, on the storage of that prefix."""
    opened: list[StorageConnection] = []

    def start(prefix: str) -> FormTokens:
        opened.append(StorageConnection(ConnectionString(connection_string), prefix=prefix))
        return FormTokens(TableFormKey(opened[-1]))

    yield start
    for connection in opened:
        await connection.close()


@pytest.fixture
def another(tokens: Callable[[str], FormTokens], unique: Callable[[str], str]) -> Callable[[], FormTokens]:
    """Those of one more instance of the same service."""
    return partial(tokens, unique("forms"))


async def test_a_token_holds_for_its_caller_on_its_day_and_the_next(another: Callable[[], FormTokens]) -> None:
    ours = another()
    token = await ours.issue("lee", NOW)
    assert await ours.accepts(token, "lee", NOW)
    assert await ours.accepts(token, "lee", NOW + timedelta(minutes=2))
    assert await ours.accepts(token, "lee", NOW + timedelta(hours=24))
    assert not await ours.accepts(token, "lee", NOW + timedelta(hours=24, minutes=2))
    assert not await ours.accepts(token, "lee", NOW - timedelta(days=1))
    assert not await ours.accepts(token, "kim", NOW)


@pytest.mark.parametrize("token", ["", "x", "0" * 64, "é\ud800"])
async def test_what_is_no_token_is_refused(another: Callable[[], FormTokens], token: str) -> None:
    assert not await another().accepts(token, "lee", NOW)


async def test_a_token_of_one_instance_holds_at_another(another: Callable[[], FormTokens]) -> None:
    assert await another().accepts(await another().issue("lee", NOW), "lee", NOW)


async def test_instances_that_start_at_once_agree_on_one_key(another: Callable[[], FormTokens]) -> None:
    issued = await asyncio.gather(*(another().issue("lee", NOW) for _ in range(8)))
    assert len(set(issued)) == 1


async def test_another_service_has_another_key(
    tokens: Callable[[str], FormTokens], unique: Callable[[str], str]
) -> None:
    token = await tokens(unique("one")).issue("lee", NOW)
    assert not await tokens(unique("other")).accepts(token, "lee", NOW)
