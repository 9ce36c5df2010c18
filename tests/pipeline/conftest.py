"""The pipeline on real storage: every test has storage names of its own, by a prefix."""

from collections.abc import AsyncIterator, Callable

import pytest

from shared.bootstrap import Application, build
from shared.settings import read_settings

IDENTIFIERS = {
    "TENANT_ID": "11111111-1111-4111-8111-111111111111",
    "API_CLIENT_ID": "22222222-2222-4222-8222-222222222222",
}

type Start = Callable[[str], Application]
"""Starts a process, so to speak: the same prefix means the same storage."""


@pytest.fixture
async def start(connection_string: str) -> AsyncIterator[Start]:
    started: list[Application] = []

    def one(prefix: str) -> Application:
        started.append(build(read_settings({**IDENTIFIERS, "DataStorage": connection_string}), prefix=prefix))
        return started[-1]

    yield one
    for application in started:
        await application.close()


@pytest.fixture
async def application(start: Start, unique: Callable[[str], str]) -> Application:
    return start(unique("p"))
