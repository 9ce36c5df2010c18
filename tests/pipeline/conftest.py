"""The pipeline on real storage: every test has an account of its own, by a prefix."""

from collections.abc import AsyncIterator, Callable

import pytest

from shared.bootstrap import Application, build
from shared.settings import read_settings

IDENTIFIERS = {
    "TENANT_ID": "11111111-1111-4111-8111-111111111111",
    "API_CLIENT_ID": "22222222-2222-4222-8222-222222222222",
}


@pytest.fixture
async def application(connection_string: str, unique: Callable[[str], str]) -> AsyncIterator[Application]:
    settings = read_settings({**IDENTIFIERS, "DataStorage": connection_string})
    application = build(settings, prefix=unique("p"))
    yield application
    await application.close()
