"""Plain clients of the served tenant."""

import pytest

from local.tenant.server import TenantServer
from tests.local.tenant.conftest import ADMINISTRATOR, READER
from tests.local.tenant.graph.plain_client import PlainClient


@pytest.fixture
async def reader(server: TenantServer) -> PlainClient:
    return await PlainClient.signed_in(server.environment, READER)


@pytest.fixture
async def administrator(server: TenantServer) -> PlainClient:
    return await PlainClient.signed_in(server.environment, ADMINISTRATOR)
